import { describe, expect, it } from 'vitest';
import { importOptional } from '../../../../src/runtimes/node/handlers/optional-package.js';

describe('importOptional', () => {
  it('imports a package, CommonJS or not', async () => {
    const yaml = await importOptional<{ parse(text: string): unknown }>('yaml', 'test');
    expect(yaml.parse('a: 1')).toEqual({ a: 1 });
  });

  it('names the package and the line that installs it when it is missing', async () => {
    await expect(importOptional('package-that-nobody-has', 'image_classifier')).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
      message: expect.stringContaining(
        'The handler image_classifier needs the package package-that-nobody-has',
      ),
      hint: 'Install it beside ts-serve: npm install package-that-nobody-has',
    });
  });
});
