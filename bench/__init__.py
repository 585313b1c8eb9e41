"""How fast the product is and what it costs: measured against one local stub, beside what it could be made of.

Not a room of the product: it may import every room, and none imports it.
"""
