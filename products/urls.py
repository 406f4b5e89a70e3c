"""The addresses of the catalogue."""

from django.urls import path

from products import views

app_name = "products"

urlpatterns = [
    path("products/", views.catalogue, name="list"),
    path("products/new/", views.create, name="create"),
    path("products/price-row/", views.price_row, name="price_row"),
    path("products/deleted/", views.deleted, name="deleted"),
    path("products/deleted/bring-back/", views.bring_back, name="bring_back"),
    path("products/activate/", views.activate, name="activate"),
    path("products/deactivate/", views.deactivate, name="deactivate"),
    path("products/categorize/", views.categorize, name="categorize"),
    path("products/delete/", views.delete, name="delete"),
    path("products/<int:number>/", views.product, name="product"),
    path("products/<int:number>/edit/", views.change, name="change"),
    path("products/<int:number>/edit/<slug:name>/", views.edit_field, name="edit_field"),
]
