/** Which tools the end-to-end tests run, in which version, and how each is built when it is not at hand. */
import type { PythonRecipe } from './python.ts';

/** How a Go program is built from a module whose go.mod and go.sum lie beside this file. */
export type Recipe = {
  readonly version: string;
  /** Arguments that make the program say its version. */
  readonly asks: readonly string[];
  /** What it then says, if it is near enough: the same minor version. */
  readonly says: RegExp;
  /** The folder of the module, beside this file. */
  readonly module: string;
  readonly package: string;
  readonly ldflags: readonly string[];
};

const kubernetes = (name: string, asks: readonly string[] = ['--version']): Recipe => ({
  version: '1.37.2',
  asks,
  says: /\bv1\.37\./,
  module: 'kubernetes',
  package: `k8s.io/kubernetes/cmd/${name}`,
  ldflags: [
    '-X k8s.io/component-base/version.gitMajor=1',
    '-X k8s.io/component-base/version.gitMinor=37',
    '-X k8s.io/component-base/version.gitVersion=v1.37.2',
    '-X k8s.io/component-base/version.gitTreeState=clean',
  ],
});

// Prometheus numbers its Go module v0.316 where it numbers its program 3.16.
const prometheus = (name: string): Recipe => ({
  version: '0.316.0',
  asks: ['--version'],
  says: /version 3\.16\./,
  module: 'prometheus',
  package: `github.com/prometheus/prometheus/cmd/${name}`,
  ldflags: ['-X github.com/prometheus/common/version.Version=3.16.0'],
});

/** The tools that Go can build. */
export const recipes = {
  etcd: {
    version: '3.7.3',
    asks: ['--version'],
    says: /etcd Version: 3\.7\./,
    module: 'etcd',
    package: 'go.etcd.io/etcd/server/v3',
    ldflags: [],
  },
  'kube-apiserver': kubernetes('kube-apiserver'),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  kubectl: kubernetes('kubectl', ['version', '--client']),
  helm: {
    version: '4.3.1',
    asks: ['version', '--short'],
    says: /\bv4\.3\./,
    module: 'helm',
    package: 'helm.sh/helm/v4/cmd/helm',
    ldflags: ['-X helm.sh/helm/v4/internal/version.version=v4.3.1'],
  },
  prometheus: prometheus('prometheus'),
  promtool: prometheus('promtool'),
} as const satisfies Record<string, Recipe>;

/** The tools that pip installs. */
export const pythonRecipes = {
  schemathesis: {
    version: '4.32.5',
    asks: ['--version'],
    says: /version 4\.32\./,
    module: 'schemathesis.cli',
    requirements: 'python/schemathesis.txt',
  },
} as const satisfies Record<string, PythonRecipe>;

export type BuiltToolName = keyof typeof recipes;
export type PythonToolName = keyof typeof pythonRecipes;
export type ToolName = BuiltToolName | PythonToolName | 'postgres' | 'pgbouncer' | 'chromium';
