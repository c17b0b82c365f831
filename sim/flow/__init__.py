"""How people move: the SimPy model and its event log.

A client's pathway (``model.pathway``) is a generator that reads top to bottom: unemployed, out to work
or outside the labour force, back again, until gone or the horizon. ``light`` drives such generators on a
``simpy.Environment`` with one heap entry a step; ``programme`` holds every number they need as plain
lists; ``pool`` holds what clients will wait for, caseworkers and places, and ``stock`` the same on SimPy's own
processes and resources, for tests; ``draws`` gives each client its own random numbers; ``log`` keeps what
happened in typed columns.
Nothing here knows euros: the event log is all that leaves.
"""
