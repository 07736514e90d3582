from bench.seed import make_products
from bench.upserts import changed


def test_make_products_is_the_same_every_time():
    assert make_products(300) == make_products(300)


def test_make_products_gives_six_prices_and_three_stocks_each():
    products = make_products(300)
    assert {(len(item.amounts), len(item.on_hand)) for item in products} == {(6, 3)}


def test_make_products_repeats_no_unique_value():
    products = make_products(2218)
    skus = [item.sku for item in products if item.sku]
    assert len(set(skus)) == len(skus)
    assert len({item.zoho_item_id for item in products}) == 2218


def test_changed_product_differs_in_all_ten_rows():
    for item in make_products(50):
        other = changed(item)
        assert other.name_en != item.name_en
        assert all(a != b for a, b in zip(other.amounts, item.amounts, strict=True))
        assert all(a != b for a, b in zip(other.on_hand, item.on_hand, strict=True))
