import { basename } from 'node:path';
import { createdOn } from './manifest.js';
import { checkDestination, createdMs, type Destination, type PackPlan, settleNames } from './plan.js';
import { type SourceFile, sourceFile } from './source-file.js';
import { archiverVersion } from './version.js';

/** What is to go into a workflow archive; the fields are torch-workflow-archiver's flags. */
export interface WorkflowRequest extends Destination {
  readonly kind: 'Workflow';
  readonly specFile: string;
  readonly handler: string;
  /** Plain files only. */
  readonly extraFiles: readonly string[];
  /** See `ModelRequest`. */
  readonly createdSec?: number;
}

const WORKFLOW_MANIFEST_PATH = 'WAR-INF/MANIFEST.json';

/** Finds and checks everything that goes into a .war. Throws what `planModelArchive` throws for the same reasons. */
export async function planWorkflowArchive(request: WorkflowRequest): Promise<PackPlan> {
  const warnings: string[] = [];
  const output = await checkDestination(request, (message) => warnings.push(message));
  const { folder, specFile, handler, extraFiles } = request;
  const sources: SourceFile[] = [
    await sourceFile(specFile, basename(specFile), '--spec-file', folder),
    await sourceFile(handler, basename(handler), '--handler', folder),
  ];
  for (const path of extraFiles)
    sources.push(await sourceFile(path, basename(path), '--extra-files', folder));
  const files = settleNames(sources, output, WORKFLOW_MANIFEST_PATH);
  const manifest = {
    createdOn: createdOn(createdMs(files, request.createdSec)),
    workflow: {
      workflowName: request.name,
      specFile: basename(specFile),
      handler: basename(handler),
    },
    archiverVersion: archiverVersion(),
  };
  return {
    name: request.name,
    output,
    format: 'default',
    force: request.force,
    files,
    totalBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    manifestPath: WORKFLOW_MANIFEST_PATH,
    manifestText: JSON.stringify(manifest, null, 2),
    warnings,
  };
}
