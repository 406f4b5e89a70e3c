"""The pages of the catalogue: the list and what is done in it, a product, its forms."""

from products.views.bulk import activate, categorize, deactivate, delete
from products.views.deleted import bring_back, deleted
from products.views.editing import change, create, edit_field, price_row
from products.views.lists import catalogue
from products.views.one import product

__all__ = [
    "activate",
    "bring_back",
    "catalogue",
    "categorize",
    "change",
    "create",
    "deactivate",
    "delete",
    "deleted",
    "edit_field",
    "price_row",
    "product",
]
