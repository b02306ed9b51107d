using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using VmmEngine.Cli.Conforming;
using VmmEngine.Cli.Doctor;
using VmmEngine.Cli.Exploring;
using VmmEngine.Cli.Running;
using VmmEngine.Cli.TableRows;
using VmmEngine.Ratios;

namespace VmmEngine.Cli.Json;

/// <summary>The shapes that <c>--json</c> prints. Member names are the C# names in snake_case.</summary>
[JsonSerializable(typeof(ConformReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(ExploreReport))]
[JsonSerializable(typeof(RowReport[]))]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(IReadOnlyList<RatioResult>))]
internal sealed partial class VmmJson : JsonSerializerContext
{
    /// <summary>The shapes, indented and without HTML's escapes: the readers are programs and people at a prompt.</summary>
    public static VmmJson Readable { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Prints one value and a line feed.</summary>
    public static void Write<T>(TextWriter output, T value, JsonTypeInfo<T> shape) => output.WriteLine(JsonSerializer.Serialize(value, shape));
}
