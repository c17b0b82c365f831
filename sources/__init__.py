"""What others publish: Kela, Statistics Finland and the city; read, checked and made tidy.

This is the lowest layer: it knows files and their faults, and nothing of law or people.
``area`` opens a municipality's folder, ``kela`` and ``statfin`` read the published tables.
"""
