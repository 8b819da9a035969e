import { csvDialect, readRows } from './csv-dialect.ts';

const found = { delimiter: undefined, quote: '"', header: undefined };

describe('the layout of a CSV file', () => {
  it.each([
    ['a,b\n1,2\n', { delimiter: ',', header: true, columns: ['a', 'b'] }],
    ['a;b\n1,5;2\n2,5;3\n', { delimiter: ';', header: true, columns: ['a', 'b'] }],
    ['a\tb\n1\t2', { delimiter: '\t', header: true, columns: ['a', 'b'] }],
    ['1|2|3\n4|5|6', { delimiter: '|', header: false, columns: ['column0', 'column1', 'column2'] }],
    ['name\nfoo\nbar\n', { delimiter: ',', header: true, columns: ['name'] }],
    ['', { delimiter: ',', header: false, columns: ['column0'] }],
    ['a,b,c\n', { delimiter: ',', header: true, columns: ['a', 'b', 'c'] }],
    ['day,n\n2020-01-01,1', { delimiter: ',', header: true, columns: ['day', 'n'] }],
    ['2020-01-01,x\n2020-01-02,y', { delimiter: ',', header: false, columns: ['column0', 'column1'] }],
    ['a,A,a,\n1,2,3,4', { delimiter: ',', header: false, columns: ['column0', 'column1', 'column2', 'column3'] }],
    ['"x,1";y\n"a,b,c";2\n3;4', { delimiter: ';', header: true, columns: ['x,1', 'y'] }],
  ])('of %j is found', (text, dialect) => {
    expect(csvDialect(text, found)).toEqual(dialect);
  });

  it('is what most rows agree on, whatever the others look like', () => {
    const rows = ['id;note', ...Array.from({ length: 50 }, (_, i) => `${i};a, b, c`), '51', 'x;y;z', 'broken "row'];
    expect(csvDialect(rows.join('\n'), found)).toEqual({ delimiter: ';', header: true, columns: ['id', 'note'] });
  });

  it('is what is said about it', () => {
    const known = { delimiter: ',', quote: "'", header: false };
    expect(csvDialect("'a;b',c\n", known)).toEqual({ delimiter: ',', header: false, columns: ['column0', 'column1'] });
  });

  it('gives columns names that differ, also without regard to case', () => {
    const { columns } = csvDialect('a,A,a,,b \n', { ...found, header: true });
    expect(columns).toEqual(['a', 'A_1', 'a_2', 'column3', 'b']);
  });
});

describe('rows', () => {
  it('may hold delimiters, quotes and line breaks in quotes', () => {
    expect(readRows('a,"b,""c""\nd"\r\n\r\n1,2', ',', '"')).toEqual([
      ['a', 'b,"c"\nd'],
      ['1', '2'],
    ]);
  });
});
