"""What we learned: measures and the after-action report. Reads only."""
