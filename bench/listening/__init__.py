"""How well listening hears: five labelled series of mentions, the benchmark's own scorer, and published detectors beside ours.

Writes `results.json` and `curve.svg` when `make bench-listening` runs; nothing of the product imports it.
"""
