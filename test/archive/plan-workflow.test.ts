import { describe, expect, it } from 'vitest';
import { planWorkflowArchive } from '../../src/archive/plan-workflow.js';
import { codeOf, scratch } from './scratch.js';

describe('what goes into a workflow archive', () => {
  const request = (folder: string) =>
    ({
      kind: 'Workflow',
      name: 'w',
      specFile: 'spec.yaml',
      handler: 'code/h.py',
      extraFiles: ['notes.txt'],
      exportPath: '.',
      format: 'default',
      force: false,
      folder,
    }) as const;

  it('is its graph, its handler and plain files', async () => {
    const folder = scratch({ 'spec.yaml': '', 'code/h.py': '', 'notes.txt': '' });
    const plan = await planWorkflowArchive(request(folder));
    expect(plan.output).toBe(`${folder}/w.war`);
    expect(plan.files.map(({ name }) => name)).toEqual(['h.py', 'notes.txt', 'spec.yaml']);
    expect(JSON.parse(plan.manifestText)).toMatchObject({
      createdOn: expect.any(String),
      workflow: { workflowName: 'w', specFile: 'spec.yaml', handler: 'h.py' },
      archiverVersion: expect.any(String),
    });
  });

  it('must be there, and no folder', async () => {
    const folder = scratch({ 'spec.yaml': '', 'code/h.py': '', 'notes.txt/': '' });
    expect(await codeOf(planWorkflowArchive(request(folder)))).toBe('INPUT_UNREADABLE');
    expect(await codeOf(planWorkflowArchive(request(scratch())))).toBe('INPUT_MISSING');
  });
});
