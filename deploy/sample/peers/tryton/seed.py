"""Fills a fresh Tryton database with the sample organisation, through Tryton's own client library (proteus).

Arguments: the trytond configuration, supply.json, plant.json. Dates are relative to today.
"""

import json
import sys
from datetime import date, timedelta
from decimal import Decimal

from proteus import Model, config as proteus_config

configuration, supply_path, plant_path = sys.argv[1:]
supply = json.load(open(supply_path, encoding='utf-8'))
plant = json.load(open(plant_path, encoding='utf-8'))
config = proteus_config.set_trytond('erp', user='admin', config_file=configuration)
today = date.today()


def make_company():
    currency = Model.get('currency.currency')(name='대한민국 원', code='KRW', symbol='₩', digits=0, rounding=Decimal('1'))
    currency.save()
    party = Model.get('party.party')(name=supply['company'])
    party.save()
    company = Model.get('company.company')(party=party, currency=currency, timezone='Asia/Seoul')
    company.save()
    person = Model.get('party.party')(name=supply['employee'])
    person.save()
    employee = Model.get('company.employee')(party=person, company=company)
    employee.save()
    user = Model.get('res.user')(config.user)
    user.companies.append(company)
    user.company = company
    user.employees.append(employee)
    user.employee = employee
    user.save()
    config._context = Model.get('res.user').get_preferences(True, {})
    return company


def make_site(name):
    Location = Model.get('stock.location')
    parts = {}
    for kind in ('input', 'output', 'storage', 'production'):
        part = Location(name=f'{name} {kind}', type='storage' if kind != 'production' else 'production')
        part.save()
        parts[kind] = part
    site = Location(name=name, type='warehouse', input_location=parts['input'], output_location=parts['output'],
                    storage_location=parts['storage'], production_location=parts['production'])
    site.save()
    return site


def make_categories():
    Category = Model.get('product.category')
    names = {i['class'] for i in supply['items']} | {i['mark'] for i in supply['items'] if i.get('mark')}
    categories = {}
    for name in sorted(names):
        categories[name] = Category(name=name)
        categories[name].save()
    return categories


def make_product(code, name, categories=(), lead_days=None, supplier=None, kept_up=False):
    each, = Model.get('product.uom').find([('symbol', '=', 'u')])
    template = Model.get('product.template')(name=name, default_uom=each, type='goods', list_price=Decimal(0),
                                              producible=kept_up)
    for category in categories:
        template.categories.append(Model.get('product.category')(category.id))
    if lead_days is not None:
        template.purchasable = True
    product, = template.products
    product.suffix_code = code
    template.save()
    product, = template.products
    if lead_days is not None:
        line = Model.get('purchase.product_supplier')(template=template, party=supplier, lead_time=timedelta(lead_days))
        line.save()
    return product


def move(product, quantity, source, target):
    return Model.get('stock.move')(product=product, quantity=quantity, from_location=source, to_location=target,
                                   unit_price=Decimal(0), currency=company.currency)


def number_from(name, prefix, first):
    for sequence in Model.get('ir.sequence').find([('name', '=', name)]):
        sequence.prefix, sequence.number_next, sequence.padding = prefix, first, 0
        sequence.save()


def fill_stock(products, sites):
    lost, = Model.get('stock.location').find([('type', '=', 'lost_found')], limit=1)
    moves = []
    for item in supply['items']:
        for site, quantity in item['stock'].items():
            if quantity:
                made = move(products[item['nsn']], quantity, lost, sites[site].storage_location)
                made.save()
                moves.append(made)
    Model.get('stock.move').click(moves, 'do')


def make_plan(products, sites):
    customer, = Model.get('stock.location').find([('type', '=', 'customer')], limit=1)
    plan = supply['plan']
    forecast = Model.get('stock.forecast')(warehouse=sites[plan['site']], destination=customer, from_date=today,
                                           to_date=today + timedelta(plan['days'] - 1))
    for nsn, quantity in plan['lines'].items():
        line = forecast.lines.new()
        line.product = products[nsn]
        line.quantity = quantity
        line.minimal_quantity = 1
    forecast.save()
    forecast.click('confirm')


def make_maintenance(products, sites):
    site_of = {e['code']: sites[e['site']] for e in supply['equipment']}
    Note = Model.get('ir.note')
    for job in supply['maintenance']:
        site = site_of[job['equipment']]
        order = Model.get('production')(product=products[job['equipment']], warehouse=site, quantity=1,
                                        planned_date=today + timedelta(job['due_days']))
        order.inputs.append(move(products[job['part']], job['quantity'], site.storage_location, order.location))
        order.outputs.append(move(products[job['equipment']], 1, order.location, site.storage_location))
        order.save()
        if job['state'] != 'draft':
            order.click('wait')
        if job['state'] == 'done':
            order.click('assign_force')
            order.click('run')
            order.click('done')
        Note(resource=order, message=job['fault']).save()


company = make_company()
sites = {name: make_site(name) for name in supply['sites']}
supplier = Model.get('party.party')(name=supply['supplier'])
supplier.save()
categories = make_categories()
products = {}
for item in supply['items']:
    marks = [categories[name] for name in (item['class'], item.get('mark')) if name]
    products[item['nsn']] = make_product(item['nsn'], item['name'], marks, item['lead_days'], supplier)
for thing in supply['equipment']:
    products[thing['code']] = make_product(thing['code'], thing['name'], kept_up=True)
for asset in plant['assets']:
    products[asset['id']] = make_product(asset['id'], asset['name'], kept_up=True)
number_from('Production', 'WO-', 2214)
number_from('Purchase Requisition', 'REQ-', 310)
fill_stock(products, sites)
make_plan(products, sites)
make_maintenance(products, sites)
