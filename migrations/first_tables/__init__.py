"""Tables of migration 0001, one module per noun, frozen as they were then: later changes are later migrations."""
