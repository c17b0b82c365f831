"""How people reach it: the command ``kuntaosuus``. Commands only read options, call ``scenarios`` and show ``reports``."""
