"""How well listening hears: labelled series of mentions, the benchmark's scorer, published detectors beside ours.

Writes `results.json` and `curve.svg` when `make bench-listening` runs; nothing of the product imports it.
"""
