using Microsoft.CodeAnalysis;

namespace VmmEngine.Generators.Facts;

/// <summary>A type's place in memory on a 64-bit machine. It holds symbols and so stays inside the step that reads facts.</summary>
internal sealed class Layout(long size, long alignment, string? notBlittable, IReadOnlyList<LayoutMember> members)
{
    public long Size => size;

    public long Alignment => alignment;

    public string? NotBlittable => notBlittable;

    public IReadOnlyList<LayoutMember> Members => members;

    public static Layout Plain(long size) => new(size, size, null, []);

    public static Layout Impossible(string reason) => new(0, 1, reason, []);
}

/// <summary>A field and its offset in bytes.</summary>
internal readonly struct LayoutMember(IFieldSymbol field, long offset)
{
    public IFieldSymbol Field { get; } = field;

    public long Offset { get; } = offset;
}
