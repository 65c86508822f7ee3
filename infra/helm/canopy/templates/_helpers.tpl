{{/* Labels of one part, given as (list . "part"). */}}
{{- define "canopy.labels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: canopy
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* What every pod here is: no root, nothing writable, no capabilities, no token of the cluster. */}}
{{- define "canopy.podSecurity" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "canopy.containerSecurity" -}}
securityContext:
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
{{- end }}

{{- define "canopy.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
