/** JSON for programs, harmless on a terminal. */
import { expect, test } from 'vitest';
import { DELIVERED } from './delivered.fixture.ts';
import { renderJson } from './json.ts';

test('when a report is printed then it is read back as it was', () => {
  expect(JSON.parse(renderJson(DELIVERED))).toEqual(DELIVERED);
  expect(JSON.parse(renderJson(DELIVERED, { compact: true }))).toEqual(DELIVERED);
});

test('when it is compact then it is one line', () => {
  expect(renderJson(DELIVERED, { compact: true }).trimEnd()).not.toContain('\n');
});

test('when it is pretty then it is indented by two', () => {
  expect(renderJson(DELIVERED).split('\n', 2)).toEqual(['{', '  "version": 1,']);
});

test('when a name holds what terminals obey then it is escaped and keeps its value', () => {
  const name = 'a\u001b[2J\u009b31m\u202eevil\u2028\u007f';
  const json = renderJson({ name });
  expect(json).toMatch(/^[\n\u0020-\u007e]*$/);
  expect(JSON.parse(json)).toEqual({ name });
});
