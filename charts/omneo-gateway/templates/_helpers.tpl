{{/* A text as the value of a label: a + of a version, for one, may not stand there. */}}
{{- define "omneo-gateway.labelValue" -}}
{{- regexReplaceAll "[^-._A-Za-z0-9]" . "_" | trunc 63 | trimAll "-._" }}
{{- end }}

{{/* For labels of objects other than Pods, which keep the chart's name: a Deployment's selector cannot change. */}}
{{- define "omneo-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | include "omneo-gateway.labelValue" }}
{{- end }}

{{- define "omneo-gateway.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if contains .Chart.Name .Release.Name }}
{{- include "omneo-gateway.objectName" .Release.Name }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Chart.Name | include "omneo-gateway.objectName" }}
{{- end }}
{{- end }}

{{/*
A text as the name of an object. Those of Services have the strictest rule (RFC 1035: no dots, begins with a letter). 52
characters leave room in a label of 63 for what is appended. A name that had to be changed ends with a digest of the
text, so that two texts never become one name.
*/}}
{{- define "omneo-gateway.objectName" -}}
{{- if and (le (len .) 52) (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" .) }}
{{- . }}
{{- else }}
{{- $legal := regexReplaceAll "[^a-z0-9]+" (lower .) "-" | trimPrefix "-" }}
{{- $begun := regexMatch "^[a-z]" $legal | ternary $legal (printf "n%s" $legal) }}
{{- printf "%s-%s" ($begun | trunc 43 | trimSuffix "-") (sha256sum . | trunc 8) }}
{{- end }}
{{- end }}

{{/*
For objects outside of the release's namespace, where another release may have the same name. What is appended to it
must begin with a colon: gw:prod-view is what a release in the namespace prod-view has.
*/}}
{{- define "omneo-gateway.clusterName" -}}
{{- printf "%s:%s" (include "omneo-gateway.fullname" .) .Release.Namespace }}
{{- end }}

{{/*
What the Pods of the gateway are found by; the Pod of `helm test` has another component. It must not depend on values:
Kubernetes refuses a change of a Deployment's selector, but only after the Services have changed and find no Pod.
*/}}
{{- define "omneo-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "omneo-gateway.labelValue" .Chart.Name | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: gateway
{{- end }}

{{- define "omneo-gateway.labels" -}}
{{- $own := dict
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | include "omneo-gateway.labelValue")
  "app.kubernetes.io/name" (include "omneo-gateway.name" .)
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" (include "omneo-gateway.labelValue" .Chart.AppVersion)
  "app.kubernetes.io/part-of" (include "omneo-gateway.labelValue" .Chart.Name)
  "app.kubernetes.io/managed-by" .Release.Service }}
{{- toYaml (merge $own .Values.commonLabels) }}
{{- end }}

{{- define "omneo-gateway.image" -}}
{{- with .Values.image }}
{{- if .digest }}
{{- printf "%s@%s" .repository .digest }}
{{- else }}
{{- /* A tag must not contain the + of a version; _ in its place is the convention of Helm's own registries. */}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag | replace "+" "_") }}
{{- end }}
{{- end }}
{{- end }}

{{- define "omneo-gateway.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "omneo-gateway.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Where tenants come from: cluster (this one), kubeconfig (another one) or folder. */}}
{{- define "omneo-gateway.source" -}}
{{- if .Values.tenantsFolder.existingSecret -}} folder
{{- else if .Values.kubeconfig.existingSecret -}} kubeconfig
{{- else -}} cluster
{{- end }}
{{- end }}

{{- define "omneo-gateway.leaseName" -}}
{{- default (include "omneo-gateway.fullname" .) .Values.leaseName }}
{{- end }}

{{/* Number of Pods that the Deployment asks for; empty if an autoscaler decides, this chart's or another. */}}
{{- define "omneo-gateway.fixedReplicas" -}}
{{- if not .Values.autoscaling.enabled }}
{{- if not (kindIs "invalid" .Values.replicas) }}
{{- .Values.replicas | int }}
{{- else if include "omneo-gateway.isForOnePod" . -}} 1
{{- end }}
{{- end }}
{{- end }}

{{/* Least number of Pods that there will be; 0 if it is not known. */}}
{{- define "omneo-gateway.replicas" -}}
{{- .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas (include "omneo-gateway.fixedReplicas" .) | int }}
{{- end }}

{{/* Least whole number of seconds in which the preStop sleep and the drain both end. */}}
{{- define "omneo-gateway.stopSeconds" -}}
{{- $drainMs := kindIs "invalid" .Values.config.drainMs | ternary 20000 .Values.config.drainMs }}
{{- add (.Values.preStopSleepSeconds | int) (divf $drainMs 1000 | ceil | int) }}
{{- end }}

{{- define "omneo-gateway.terminationGracePeriodSeconds" -}}
{{- if kindIs "invalid" .Values.terminationGracePeriodSeconds }}
{{- add (include "omneo-gateway.stopSeconds" . | int) 5 }}
{{- else }}
{{- .Values.terminationGracePeriodSeconds | int }}
{{- end }}
{{- end }}

{{/* Two Pods at once must not each have a memory of their own, nor wait for each other's file. */}}
{{- define "omneo-gateway.updateStrategy" -}}
{{- if .Values.updateStrategy }}
{{- toYaml .Values.updateStrategy }}
{{- else if include "omneo-gateway.isForOnePod" . -}}
type: Recreate
{{- else -}}
type: RollingUpdate
rollingUpdate:
  maxSurge: 1
  maxUnavailable: 0
{{- end }}
{{- end }}

{{/*
"true" if an object of an optional CRD is to be rendered.
Takes a dict with context, apiVersion and kind.
*/}}
{{- define "omneo-gateway.isRendered" -}}
{{- $mode := .context.Values.renderMode }}
{{- $known := .context.Capabilities.APIVersions.Has (printf "%s/%s" .apiVersion .kind) }}
{{- if and (eq $mode "failIfMissing") (not $known) }}
{{- fail (printf "The cluster does not know %s of %s: install its CRD, or set renderMode to skipIfMissing." .kind .apiVersion) }}
{{- end }}
{{- if or $known (eq $mode "alwaysRender") -}} true {{- end }}
{{- end }}

{{/* Ports of a NetworkPolicy: a list of numbers by TCP. */}}
{{- define "omneo-gateway.tcpPorts" -}}
{{- range . }}
- port: {{ . | int }}
  protocol: TCP
{{- end }}
{{- end }}

{{/* Labels of the Pod of `helm test`, which is none of the gateway's. */}}
{{- define "omneo-gateway.testLabels" -}}
{{- toYaml (merge (dict "app.kubernetes.io/component" "test") (include "omneo-gateway.selectorLabels" . | fromYaml)) }}
{{- end }}

{{/*
A security context. The switch leaves out the ids that OpenShift assigns itself: it refuses a Pod with its own. It is in
`global`, under its name in Bitnami's charts, since a null in a parent chart's values does not remove a default.
Takes a dict with context and fields.
*/}}
{{- define "omneo-gateway.securityContext" -}}
{{- $compatibility := default dict (default dict .context.Values.global).compatibility }}
{{- $mode := dig "openshift" "adaptSecurityContext" "auto" $compatibility }}
{{- $isOpenShift := .context.Capabilities.APIVersions.Has "security.openshift.io/v1" }}
{{- $fields := default dict .fields }}
{{- if or (eq $mode "force") (and (eq $mode "auto") $isOpenShift) }}
{{- $fields = omit $fields "runAsUser" "runAsGroup" "fsGroup" }}
{{- end }}
{{- with $fields }}
{{- toYaml . }}
{{- end }}
{{- end }}
