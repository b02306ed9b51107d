using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Makes random sequences of integer and SSE instructions that neither fault nor depend on an undefined flag.</summary>
/// <remarks>Memory operands are around R15, which no instruction changes. No other state is kept from them.</remarks>
internal sealed class RandomBlock
{
    /// <summary>What R15 must be: everything that operands reach is among the compared bytes.</summary>
    public const ulong Base = GuestData.Address + 256;

    private const int ReachBelow = 8, ReachAbove = 7; // of 16 bytes

    private static readonly HashSet<Mnemonic> s_excluded =
    [
        Mnemonic.Div, Mnemonic.Idiv, Mnemonic.Ldmxcsr, Mnemonic.Maskmovdqu, Mnemonic.Xlatb,
        Mnemonic.Rcpps, Mnemonic.Rcpss, Mnemonic.Rsqrtps, Mnemonic.Rsqrtss,
    ];

    private static readonly HashSet<CpuidFeature> s_notHere = [CpuidFeature.FPU, CpuidFeature.FPU287, CpuidFeature.FPU387, CpuidFeature.MMX];

    private readonly InstructionInfoFactory _infos = new();
    private readonly InstructionForm[] _all, _writers, _readers;

    public RandomBlock()
    {
        _all = [.. FormCatalogue.All().Where(IsUsable)];
        _writers = [.. _all.Where(form => Probe(form).RflagsModified != RflagsBits.None)];
        _readers = [.. _all.Where(form => Probe(form).RflagsRead != RflagsBits.None)];
    }

    /// <summary>Makes 8 to 30 units.</summary>
    public List<BlockUnit> Make(Random random)
    {
        List<BlockUnit> units = [];
        int count = random.Next(8, 31);
        while (units.Count < count)
        {
            if (Draw(random) is { } unit)
            {
                units.Add(unit);
                if (UndefinedFlags(units) is null)
                {
                    units.RemoveAt(units.Count - 1);
                }
            }
        }

        return units;
    }

    /// <summary>The code of units one after the other.</summary>
    public static byte[] Encode(IReadOnlyList<BlockUnit> units)
    {
        List<byte> code = [];
        for (int i = 0; i < units.Count; i++)
        {
            code.AddRange(units[i].Bytes);
            if (units[i].Skips != 0)
            {
                code.Add((byte)units.Skip(i + 1).Take(units[i].Skips).Sum(unit => unit.Bytes.Length + (unit.Skips == 0 ? 0 : 1)));
            }
        }

        return [.. code];
    }

    /// <summary>The status flags that are undefined at the end; null if a unit needs one that is undefined where it stands.</summary>
    public static ulong? UndefinedFlags(IReadOnlyList<BlockUnit> units)
    {
        // By the unit that a jump leads to.
        ulong[] incoming = new ulong[units.Count + 1];
        ulong undefined = 0;
        for (int i = 0; i < units.Count; i++)
        {
            BlockUnit unit = units[i];
            undefined |= incoming[i];
            if ((unit.FlagsRead & undefined) != 0)
            {
                return null;
            }

            if (unit.Skips != 0)
            {
                incoming[Math.Min(i + 1 + unit.Skips, units.Count)] |= undefined;
            }

            undefined = (undefined & ~unit.FlagsWritten) | unit.FlagsUndefined;
        }

        return undefined | incoming[units.Count];
    }

    private static Instruction Probe(InstructionForm form)
    {
        Instruction probe = default;
        probe.Code = form.Code;
        return probe;
    }

    private static bool IsUsable(InstructionForm form)
    {
        OpCodeInfo info = form.Code.ToOpCode();
        OpCodeOperandKind[] kinds = [.. Enumerable.Range(0, info.OpCount).Select(info.GetOpKind)];
        return !s_excluded.Contains(form.Code.Mnemonic())
            && !form.Code.CpuidFeatures().Any(s_notHere.Contains)
            && !kinds.Any(kind => Operands.IsString(kind) || kind is OpCodeOperandKind.mem_offs or OpCodeOperandKind.seg_rDI
                or OpCodeOperandKind.mm_reg or OpCodeOperandKind.mm_or_mem or OpCodeOperandKind.mm_rm)
            && !(form.Memory && form.Code.Mnemonic() is Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc && kinds[1] != OpCodeOperandKind.imm8)
            && !(form.Code.Mnemonic() is Mnemonic.Shld or Mnemonic.Shrd && kinds[0] == OpCodeOperandKind.r16_or_mem);
    }

    private BlockUnit? Draw(Random random)
    {
        switch (random.Next(20))
        {
            case 0:
                return BlockUnit.PushFlags(random.Next(4));
            case 1 or 2 or 3:
                return BlockUnit.Jump(random.Next(16), random.Next(1, 4));
        }

        InstructionForm[] forms = random.Next(3) switch { 0 => _writers, 1 => _readers, _ => _all };
        InstructionForm form = forms[random.Next(forms.Length)];
        if (Operands.TryBuild(form, random, out _) is not { } instruction)
        {
            return null;
        }

        if (form.Memory)
        {
            instruction.MemoryBase = Register.R15;
            instruction.MemoryIndex = Register.None;
            instruction.MemoryIndexScale = 1;
            instruction.MemoryDisplacement64 = (ulong)(16 * random.Next(-ReachBelow, ReachAbove));
            instruction.MemoryDisplSize = 1;
        }

        return ChangesWhatMustStay(instruction) || Encode(instruction) is not { } bytes ? null : BlockUnit.Of(in instruction, bytes);
    }

    private bool ChangesWhatMustStay(in Instruction instruction)
    {
        foreach (UsedRegister used in _infos.GetInfo(instruction).GetUsedRegisters())
        {
            if (used.Register.GetFullRegister() is Register.R15 or Register.RSP && used.Access is not (OpAccess.Read or OpAccess.CondRead))
            {
                return true;
            }
        }

        return false;
    }

    private static byte[]? Encode(in Instruction instruction)
    {
        using MemoryStream bytes = new();
        return Encoder.Create(64, new StreamCodeWriter(bytes)).TryEncode(instruction, 0, out _, out _) ? bytes.ToArray() : null;
    }
}
