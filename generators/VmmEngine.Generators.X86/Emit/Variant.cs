using VmmEngine.Generators.Model;
using VmmEngine.Generators.X86.Model;

namespace VmmEngine.Generators.X86.Emit;

/// <summary>Where the address of a memory operand comes from.</summary>
internal enum Addressing
{
    None = 0,

    /// <summary>[base+disp].</summary>
    Base = 1,

    /// <summary>[base+index*scale+disp].</summary>
    Index = 2,

    /// <summary>The address micro-op before.</summary>
    Linear = 3,
}

/// <summary>What a handler does about flags.</summary>
internal enum FlagVariant
{
    None = 0,
    All = 1,

    /// <summary>INC and DEC when nobody reads CF, which they would have to pass on.</summary>
    NoCarry = 2,
}

/// <summary>One handler's variant of an operation. <see cref="Key"/> is laid out as <c>FormVariant</c> in the vCPU.</summary>
internal sealed record Variant(Shape Shape, OperandSize Size, Addressing Addressing, bool Locked, FlagVariant Flags)
{
    public uint Key =>
        (uint)Flags
        | (Locked ? 1u << 2 : 0)
        | ((uint)Addressing << 3)
        | ((uint)OperandSize.Log2(Size.Right) << 5)
        | ((uint)OperandSize.Log2(Size.Left) << 7)
        | ((uint)Shape.Key << 9);

    /// <summary>The handler's name behind the operation's.</summary>
    public string Name => NameWith(Addressing.ToString());

    /// <summary>The same for all handlers that differ only in how they compute the address.</summary>
    public string NameOfAccess => NameWith("Memory");

    private string NameWith(string memory)
    {
        string operands = string.Concat(Shape.Letters.Select(letter => letter switch
        {
            'r' => "Reg",
            'm' => memory,
            'i' => "Imm",
            'c' => "Cl",
            _ => "",
        }));
        string size = Shape.At(0) == 'j' ? "" : Size.Left == Size.Right ? $"{Size.Left}" : $"{Size.Left}From{Size.Right}";
        string flags = Flags switch { FlagVariant.None => "", FlagVariant.All => "Flags", _ => "FlagsNoCarry" };
        return size + operands + (Locked ? "Locked" : "") + flags;
    }

    /// <summary>All variants that a row gives.</summary>
    public static IEnumerable<Variant> Of(RowModel row)
    {
        foreach (Shape shape in row.Shapes)
        {
            foreach (OperandSize size in Sizes(row))
            {
                foreach (Addressing addressing in Addressings(row, shape))
                {
                    foreach (FlagVariant flags in FlagVariants(row))
                    {
                        if (!(row.Has(Rules.AlwaysLocked) && shape.At(0) == 'm'))
                        {
                            yield return new Variant(shape, size, addressing, false, flags);
                        }
                    }
                }

                if (shape.At(0) == 'm' && (row.Has(Rules.Lock) || row.Has(Rules.AlwaysLocked)))
                {
                    yield return new Variant(shape, size, Addressing.Linear, true, row.Flags.Record == FlagRecord.None ? FlagVariant.None : FlagVariant.All);
                }
            }
        }
    }

    /// <summary>A branch has no operand size; its key says 8.</summary>
    private static EquatableArray<OperandSize> Sizes(RowModel row) =>
        row.Sizes.Count == 0 ? new[] { new OperandSize(8, 8) }.ToEquatableArray() : row.Sizes;

    private static IEnumerable<Addressing> Addressings(RowModel row, Shape shape)
    {
        if (!shape.HasMemory)
        {
            yield return Addressing.None;
            yield break;
        }

        if (row.Has(Rules.Base))
        {
            yield return Addressing.Base;
        }

        if (row.Has(Rules.Index))
        {
            yield return Addressing.Index;
        }

        yield return Addressing.Linear;
    }

    private static IEnumerable<FlagVariant> FlagVariants(RowModel row)
    {
        if (row.Flags.Record == FlagRecord.None || row.Has(Rules.Free))
        {
            yield return FlagVariant.None;
        }

        if (row.Flags.Record != FlagRecord.None)
        {
            yield return FlagVariant.All;
        }

        if (row.Flags.Record is FlagRecord.Inc or FlagRecord.Dec)
        {
            yield return FlagVariant.NoCarry;
        }
    }
}
