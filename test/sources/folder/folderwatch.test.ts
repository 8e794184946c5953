import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FolderWatch } from '../../../src/sources/folder/folderwatch.ts';
import { until } from '../../tenants/support.ts';

describe('The watch over folders', () => {
  let dir: string;
  let watch: FolderWatch;
  let changes: number;
  let errors: unknown[];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'watch-'));
    [changes, errors] = [0, []];
    watch = new FolderWatch(
      () => changes++,
      (error) => errors.push(error),
    );
  });

  afterEach(() => {
    watch.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('notices changes, and says which folders are new to it', async () => {
    expect(watch.follow(new Map([[dir, '1']]))).to.equal(true);
    expect(watch.follow(new Map([[dir, '1']]))).to.equal(false);
    writeFileSync(join(dir, 'a'), '');
    await until('the change is noticed', () => changes > 0);
  });

  it('watches a folder anew that was removed and made again in between', () => {
    watch.follow(new Map([[dir, '1']]));
    expect(watch.follow(new Map([[dir, '2']]))).to.equal(true);
    expect(watch.follow(new Map())).to.equal(false);
    expect(watch.follow(new Map([[dir, '2']]))).to.equal(true);
  });

  it('reports a folder that it cannot watch, and goes on with the others', () => {
    const folders = new Map([
      [join(dir, 'missing'), '1'],
      [dir, '1'],
    ]);
    expect(watch.follow(folders)).to.equal(true);
    expect(errors).to.have.length(1);
    expect(watch.follow(folders)).to.equal(false);
  });
});
