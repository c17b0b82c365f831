"""The pictures: each module draws one chart from finished frames, in the style and the language of ``reports``."""
