"""What it costs: the municipal share of benefits, priced after the simulation.

``ledger`` turns spells into paid days by closed form; ``payment`` says in which month a paid day is paid;
``account`` prices days by law and utilisation into euros by month, benefit and day class. The event log is all that
comes in, so a changed law or price reprices stored spells without a new simulation. ``history`` prices spells that
somebody wrote by hand, to check a rule without any simulation: ``spells`` reads them, ``carry`` carries each client's
counts.
"""
