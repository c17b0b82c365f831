"""The demand-led pathway: after the interview the client stands where employers' vacancies are offered.

An employer adviser offers vacancies of the client's field (``vacancies``); who accepts is hired. Training is given to
order, with a job promised. A client whom nobody wants within a set time goes over to the need-led pathway.
"""

from __future__ import annotations

from sim.flow.case import Case, Event
from sim.flow.need_led import need_led
from sim.flow.spell import Spell


def demand_led(case: Case) -> Spell:
    """A spell from registration to the exit, or to the need-led pathway."""
    left = None
    while not left:
        yield case.sleep()
        event = case.wake()
        if event == Event.MONTH:
            case.new_month()
            if case.waited_long:
                case.hand_over()
                return (yield from need_led(case))
        elif event == Event.DUE:
            case.ask_for_meeting()
            if case.has_turn:
                case.meet(referring=False)
                case.open_to_offers()
        elif event == Event.TURN:
            case.meet(referring=False)
            case.open_to_offers()
        elif event == Event.DROPPED:
            case.drop_meeting()
        elif event == Event.ORDER:
            left = case.join_training()
        elif event == Event.PLACE:
            left = case.enter()
        elif event == Event.ADMITTED:
            left = case.insist()
        elif event == Event.SERVICE:
            left = case.service_ends()
            case.open_to_offers()
        elif event == Event.EXIT:
            left = case.leave()
        elif event != Event.NOTHING:
            left = case.leave_for(event)
    return left
