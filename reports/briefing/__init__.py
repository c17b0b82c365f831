"""The briefing for a committee: one content, told as a page of HTML and as a PDF."""
