"""How people reach it: the command ``kuntaosuus``. They read options, call ``scenarios``, show ``reports``."""
