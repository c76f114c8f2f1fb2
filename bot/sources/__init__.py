"""Where articles come from. This package alone reads them from the outside."""
