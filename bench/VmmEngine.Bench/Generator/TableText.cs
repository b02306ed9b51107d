using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace VmmEngine.Bench.Generator;

/// <summary>A table as the compiler hands it to a generator.</summary>
internal sealed class TableText(string text) : AdditionalText
{
    private readonly SourceText _text = SourceText.From(text);

    public override string Path => "edited.ioctls";

    public override SourceText GetText(CancellationToken cancellationToken = default) => _text;
}
