{{/* Generated from src/sources/kubernetes/api/rules.ts by scripts/chart.ts: change that instead. */}}
{{- define "omneo-gateway.watchRules" -}}
- apiGroups:
    - omneo.io
  resources:
    - omneotenants
  verbs:
    - list
    - watch
- apiGroups:
    - omneo.io
  resources:
    - omneotenants/status
  verbs:
    - patch
- apiGroups:
    - ""
  resources:
    - secrets
  verbs:
    - get
    - list
    - watch
- apiGroups:
    - events.k8s.io
  resources:
    - events
  verbs:
    - create
    - patch
{{- end }}

{{- define "omneo-gateway.homeRules" -}}
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - create
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  resourceNames:
    - {{ include "omneo-gateway.leaseName" . | quote }}
  verbs:
    - get
    - update
{{- end }}

{{- define "omneo-gateway.reviewRules" -}}
- apiGroups:
    - authentication.k8s.io
  resources:
    - tokenreviews
  verbs:
    - create
- apiGroups:
    - authorization.k8s.io
  resources:
    - subjectaccessreviews
  verbs:
    - create
{{- end }}

{{- define "omneo-gateway.viewerRules" -}}
- apiGroups:
    - omneo.io
  resources:
    - omneotenants/deliveries
  verbs:
    - get
    - list
{{- end }}

{{- define "omneo-gateway.operatorRules" -}}
- apiGroups:
    - omneo.io
  resources:
    - omneotenants/deliveries
  verbs:
    - get
    - list
    - update
    - delete
- apiGroups:
    - omneo.io
  resources:
    - omneotenants/payloads
  verbs:
    - get
{{- end }}
