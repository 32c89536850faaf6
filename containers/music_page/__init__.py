"""The page of Music: TypeScript; Python only starts its tests."""
