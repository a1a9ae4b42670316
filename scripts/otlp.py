"""Parses OTLP/JSON metrics from stdin with OpenTelemetry's own protobuf classes, strictly, and prints one line for each data
point: name, unit, kind, temporality, attributes, start, end, value. The shebang is added where this is installed:
scripts/ci-tools."""

import sys

from google.protobuf.json_format import Parse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

request = Parse(sys.stdin.read(), ExportMetricsServiceRequest())


def text(attributes):
    return ",".join(f"{pair.key}={pair.value.string_value}" for pair in attributes)


for resource in request.resource_metrics:
    print(f"resource|{text(resource.resource.attributes)}")
    for scope in resource.scope_metrics:
        for metric in scope.metrics:
            kind = metric.WhichOneof("data")
            data = getattr(metric, kind)
            temporality = getattr(data, "aggregation_temporality", 0)
            for point in data.data_points:
                if kind == "histogram":
                    assert len(point.bucket_counts) == len(point.explicit_bounds) + 1
                    assert sum(point.bucket_counts) == point.count
                    value = f"{point.count} {point.sum}"
                else:
                    value = getattr(point, point.WhichOneof("value"))
                times = f"{point.start_time_unix_nano}|{point.time_unix_nano}"
                print(f"{metric.name}|{metric.unit}|{kind}|{temporality}|{text(point.attributes)}|{times}|{value}")
