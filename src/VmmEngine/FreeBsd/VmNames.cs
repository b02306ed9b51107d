using System.Buffers;
using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.FreeBsd;

/// <summary>The rules for names of VMs, and for the device nodes below /dev/vmm/ that they become. Names are bytes, in no encoding.</summary>
internal static class VmNames
{
    private const byte Slash = (byte)'/';

    private static readonly SearchValues<byte> Forbidden = SearchValues.Create(" \t\n\v\f\r\""u8);

    /// <summary>The name in a struct's field: the bytes before the first NUL, or all.</summary>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> field)
    {
        int length = field.IndexOf((byte)0);
        return length < 0 ? field : field[..length];
    }

    /// <summary>0, or EINVAL for a name that no device node can have.</summary>
    /// <remarks>A name that is too long for a node does not fit the argument in the first place.</remarks>
    public static int Check(ReadOnlySpan<byte> name, FreeBsdQuirks quirks)
    {
        bool acceptable = !name.IsEmpty
            && name[^1] != Slash
            && !name.ContainsAny(Forbidden)
            && !HasDotComponent(name)
            && (quirks.AllowSlashInNames || !name.Contains(Slash));
        return acceptable ? 0 : Errno.EINVAL;
    }

    /// <summary>True if two names lead to the same node: runs of slashes count as one, leading ones do not count.</summary>
    public static bool SameNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CommonNode(left, right) == NodeRelation.Same;

    /// <summary>True if two nodes cannot both exist: they are the same, or one would have to be the directory of the other.</summary>
    public static bool NodesCollide(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CommonNode(left, right) != NodeRelation.Apart;

    private static bool HasDotComponent(ReadOnlySpan<byte> name)
    {
        while (TakeComponent(ref name, out ReadOnlySpan<byte> component))
        {
            if (component.SequenceEqual("."u8) || component.SequenceEqual(".."u8))
            {
                return true;
            }
        }

        return false;
    }

    private static NodeRelation CommonNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        while (true)
        {
            bool leftGoesOn = TakeComponent(ref left, out ReadOnlySpan<byte> leftComponent);
            bool rightGoesOn = TakeComponent(ref right, out ReadOnlySpan<byte> rightComponent);
            if (!leftGoesOn || !rightGoesOn)
            {
                return leftGoesOn == rightGoesOn ? NodeRelation.Same : NodeRelation.Nested;
            }

            if (!leftComponent.SequenceEqual(rightComponent))
            {
                return NodeRelation.Apart;
            }
        }
    }

    private static bool TakeComponent(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> component)
    {
        rest = rest.TrimStart(Slash);
        int length = rest.IndexOf(Slash);
        component = length < 0 ? rest : rest[..length];
        rest = rest[component.Length..];
        return !component.IsEmpty;
    }

    private enum NodeRelation
    {
        Apart,
        Same,
        Nested,
    }
}
