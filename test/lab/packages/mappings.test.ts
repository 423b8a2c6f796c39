import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../lab/packages/catalogue.ts';
import { checkPackages } from '../../../lab/packages/check-packages.ts';
import { licenceOf } from '../../../lab/packages/licence.ts';
import { busyboxApplets } from '../../../lab/packages/special.ts';
import { apkVersionOf } from '../../../lab/packages/version-mapping.ts';
import { indexRecordOf } from '../../../adapters/apk/index-record.ts';
import { samplePackage } from '../../adapters/apk/sample.ts';

describe('the apk version of a Debian version', () => {
  test.each([
    ['5.2.37-2+b10', '5.2.37-r0'],
    ['2:6.3.0+dfsg-3', '6.3.0-r0'],
    ['1:1.3.dfsg+really1.3.1-1+b1', '1.3.1-r0'],
    ['6.5+20250216-2', '6.5_p20250216-r0'],
    ['1.35+dfsg-3.1', '1.35-r0'],
    ['1.0~rc2-1', '1.0_rc2-r0'],
    ['3.6.0~alpha1-1', '3.6.0_alpha1-r0'],
    ['20250419', '20250419-r0'],
    ['3.6.5-1', '3.6.5-r0'],
    ['3.5.7-1~deb13u2', '3.5.7-r0'],
    ['1.3.4.20250131-1', '1.3.4.20250131-r0'],
  ])('%s is %s', (debian, apk) => {
    expect(apkVersionOf(debian)).toBe(apk);
  });

  test('is refused when there is none', () => {
    expect(() => apkVersionOf('banana-1')).toThrow('Debian version banana-1');
  });
});

describe('the licence of a Debian copyright file', () => {
  test('joins the licences of its files as SPDX', () => {
    const text = [
      'Format: https://example.invalid/dep5',
      '',
      'Files: *',
      'Copyright: somebody',
      'License: GPL-2+ and Expat',
      '',
      'Files: a',
      'License: GPL-2+ or Artistic',
      ' text of it',
      '',
      'License: GPL-2+',
      ' text',
    ].join('\n');

    expect(licenceOf(text)).toBe('GPL-2.0-or-later AND (GPL-2.0-or-later OR Artistic-1.0-Perl) AND MIT');
  });

  test('keeps a name it does not know as a reference', () => {
    expect(licenceOf('Format: x\n\nFiles: *\nLicense: My own, licence\n')).toBe(
      'LicenseRef-Debian-My-own-licence',
    );
  });

  test('says where to look when the file is free text', () => {
    expect(licenceOf('This is GPL, see below.')).toBe('LicenseRef-Debian-copyright');
    expect(licenceOf('')).toBe('LicenseRef-Debian-copyright');
  });
});

describe('the commands of busybox', () => {
  const table = ['[', '[[', 'ash', 'cat', 'ls', 'sh', 'tar', 'wget'];

  test('are read from the table in the program', () => {
    expect(busyboxApplets(Buffer.from(`code\0${table.join('\0')}\0Usage: cat\0`))).toEqual(table);
  });

  test('are refused when the table is not there or not whole', () => {
    expect(() => busyboxApplets(Buffer.from('no table'))).toThrow('its table of commands was not found');
    expect(() => busyboxApplets(Buffer.from('\0[\0[[\0cat\0ls\0'))).toThrow('got 4 names');
  });
});

describe('the catalogue', () => {
  test('names every package once', () => {
    const names = CATALOGUE.map((entry) => entry.name);

    expect(new Set(names).size).toBe(names.length);
  });

  test('names no version of Debian', () => {
    const fixed = CATALOGUE.flatMap((entry) => entry.debs).filter(
      (deb) => typeof deb === 'string' && /-\d+\.\d+$|^(gcc|cpp)-\d/.test(deb),
    );

    expect(fixed).toEqual([]);
  });
});

describe('a repository', () => {
  test('with a need that nothing meets is refused by that need', async () => {
    const record = {
      ...indexRecordOf(await samplePackage(), 1),
      depends: ['so:libc.so.6', '!bad', 'virtual>1'],
    };

    expect(() => checkPackages([record])).toThrow(
      'the apk repository of the lab is not complete: sample needs so:libc.so.6',
    );
    expect(() =>
      checkPackages([record, { ...record, name: 'libc', provides: ['so:libc.so.6=6'] }]),
    ).not.toThrow();
  });
});
