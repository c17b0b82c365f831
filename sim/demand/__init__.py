"""The demand side: who is looked for, how many jobs there are, and how searchers and jobs meet.

``fields`` are occupational fields, with their part of the unemployed and of the vacancies; ``vacancies`` is how jobs
open and close, and what employer advisers, the development company and the vocational college add; ``offers`` is who
accepts a job how far away; ``matching`` is how the rate of finding work follows from vacancies per searcher;
``market`` carries vacancies and searchers from month to month, so that whoever is helped to a job leaves fewer to
the others; ``programme`` reads a municipality's ``demand.yaml`` and makes plain lists of it for the event model.
``values`` holds figures that name their source, and dated steps of them.

Vacancies as objects, which an employer adviser takes and offers, are a process of the event model:
``sim.flow.vacancies``.
"""
