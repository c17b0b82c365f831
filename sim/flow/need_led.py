"""The need-led pathway: an interview, an assessment of what the client needs, a referral, a wait, a service, and on.

Places are what the city has bought; vacancies are for the client to find.
"""

from __future__ import annotations

from sim.flow.case import Case, Event
from sim.flow.spell import Spell


def need_led(case: Case) -> Spell:
    """A spell from registration, or from wherever it has come to, to the exit."""
    left = None
    while not left:
        yield case.sleep()
        event = case.wake()
        if event == Event.DUE:
            case.ask_for_meeting()
            if case.has_turn:
                left = case.meet(referring=not case.inside)
        elif event == Event.TURN:
            left = case.meet(referring=not case.inside)
        elif event == Event.DROPPED:
            case.drop_meeting()
        elif event == Event.PLACE:
            left = case.enter()
        elif event == Event.ADMITTED:
            left = case.insist()
        elif event == Event.SERVICE:
            left = case.service_ends()
        elif event == Event.EXIT:
            left = case.leave()
        elif event == Event.MONTH:
            case.new_month()
        elif event != Event.NOTHING:
            left = case.leave_for(event)
    return left
