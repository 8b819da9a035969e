import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PiiSummary } from '@weir/contracts/agent';
import { DataFormat } from '@weir/contracts/registry';
import { customerOrders, originalsOf, placeOf, typesIn, type CustomerOrder } from '../customers.ts';
import { downloadFile } from '../download.ts';
import { made, type Account, type Report, type Tour } from '../step.ts';
import { uploadFile } from '../upload.ts';
import { TENANT } from './onboard.ts';

/** Processes orders of invented customers; nothing that tells who they are may come out. */
export async function processCustomers(tour: Tour, report: Report): Promise<void> {
  const { check, tell } = report;
  const acme = made(tour.acme, 'Onboard');
  const orders = customerOrders();
  const { result } = await acme.agent.processData({
    tenant: TENANT,
    run: {
      component: { component: 'components/customers-private', selector: { $case: 'range', value: '^1.0.0' } },
      dataset: await uploadOrders(tour, acme, orders),
      output: { datasetId: 'customers-private', overwrite: true },
    },
  });
  const run = made(result, 'ProcessData');
  tell(`customers: ${run.rowsIn} rows in, ${run.rowsOut} out, ${run.pii?.valuesScanned} values looked through`);
  describeFindings(orders, run.pii, report);

  const text = String(await downloadFile(acme.datasets, made(run.outputs[0]?.name, 'ProcessData')));
  const rows = text.split('\n').filter(Boolean);
  tell(`before ${JSON.stringify(orders[1])}`);
  tell(`after  ${rows.find((row) => orderIn(row).order === orders[1]?.order)}`);
  check(rows.length === orders.length, 'every row came out');
  const originals = new Set(orders.flatMap(originalsOf));
  const left = [...originals].filter((value) => text.includes(value));
  check(left.length === 0, `of ${originals.size} names, ids, addresses and numbers ${left.length} are in the output`);
  checkPseudonyms(orders, rows, report);
}

/** The types that were found, by column; exactly those that were put there. */
function describeFindings(
  orders: readonly CustomerOrder[],
  pii: PiiSummary | undefined,
  { check, tell }: Report,
): void {
  const found = new Map(pii?.findings.map(({ field, type, count }) => [placeOf(field, type), Number(count)]));
  tell(`found ${[...found].map(([place, count]) => `${place} ${count}`).join(', ')}`);
  const wanted = typesIn(orders);
  check(
    found.size === wanted.size && [...wanted].every(([place, count]) => found.get(place) === count),
    'these are the types, columns and values that were put there, no more and no less',
  );
}

/** One customer, one pseudonym: joins still work. */
function checkPseudonyms(orders: readonly CustomerOrder[], rows: readonly string[], { check }: Report): void {
  const pseudonyms = new Map(rows.map(orderIn).map(({ order, customer_id_hash }) => [order, customer_id_hash ?? '']));
  const byCustomer = Map.groupBy(orders, ({ customer_id }) => customer_id);
  const sets = [...byCustomer.values()].map((own) => new Set(own.map(({ order }) => pseudonyms.get(order))));
  const all = new Set(pseudonyms.values());
  const twice = [...byCustomer.values()].filter((own) => own.length > 1).length;
  check(
    sets.every(({ size }) => size === 1) && all.size === byCustomer.size && !all.has(''),
    `${twice} customers came twice, each has one pseudonym; ${byCustomer.size} customers have ${all.size}`,
  );
}

const orderIn = (row: string) => JSON.parse(row) as { readonly order: number; readonly customer_id_hash?: string };

async function uploadOrders({ mesh }: Tour, acme: Account, orders: readonly CustomerOrder[]): Promise<string> {
  const path = join(mesh.state.root, 'customers.ndjson');
  writeFileSync(path, orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
  const upload = { parent: TENANT, datasetId: 'customers', path, format: DataFormat.NDJSON };
  return (await uploadFile(acme.datasets, upload)).name;
}
