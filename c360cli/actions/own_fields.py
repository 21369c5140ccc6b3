"""What people's own fields are called on the page of a customer: as ``layouts/fields`` says."""

from c360cli.config import Config
from c360cli.errors import ConfigError
from c360cli.records import Customer


def with_labels(customer: Customer, config: Config) -> Customer:
    """Return the customer with the labels of fields that are declared."""
    if not customer.extra:
        return customer
    from c360cli.layout.fields import load

    try:
        declared = load(config.home, config.presets)
    except ConfigError:
        return customer  # c360 set says what is wrong in those files; a page can do without labels
    return customer._replace(labels={name: said.label for name, said in declared.items() if said.label})
