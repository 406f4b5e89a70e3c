"""What people type about products: the product itself, and its prices."""

from products.forms.prices import PricesField, PricesInput
from products.forms.products import ChangeProductForm, NewProductForm

__all__ = ["ChangeProductForm", "NewProductForm", "PricesField", "PricesInput"]
