"""What clients are offered: the catalogue of services, a municipality's volumes of them, its producers and contracts.

``values`` are figures that name their source, and effects that say on what evidence they rest; ``duration`` is how long
a service lasts, and how long it still lasts for those who are in it; ``catalogue`` is the national list of services;
``volumes`` derives how many a municipality starts and has in them from national participants; ``contracts`` says who
produces them, for whom, how many at a time and at what price. ``caseworkers`` are the units that meet clients, their
minutes and what a meeting does, ``process`` the pathways and the terms of priority groups and pilots, ``schedule`` the
meetings that the law prescribes, and ``meetings`` makes plain lists of the three; ``dated`` are figures by date.
Nothing here simulates or bills: the event model takes these objects for its programme, and ``sim.money.contracts``
prices the episodes that come out of it.
"""
