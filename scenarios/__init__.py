"""What if: all that couples the simulation with the forecasts.

``inputs`` opens a municipality; ``calibrate`` fits the model to what Kela has published until a month (its ``history``
is simulated, and ``fitting`` weighs it); ``calibration`` is the file that leaves; ``scenario`` reads a scenario file;
``run`` projects it as draws × replications; ``validate`` holds the model against Kela; ``results`` writes the folder of
a run.
"""
