"""From scores to facts: names, speakers, dates, places, events."""
