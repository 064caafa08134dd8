"""Those who work at the windows: attendance, conduct notes, appraisal; no row of it is ever changed."""
