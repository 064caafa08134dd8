"""The centre at work: lives of cases played through the rooms' own deeds, for the demonstration and for trials."""
