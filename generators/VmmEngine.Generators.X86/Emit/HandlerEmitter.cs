using VmmEngine.Generators.Emit;
using VmmEngine.Generators.X86.Model;

namespace VmmEngine.Generators.X86.Emit;

/// <summary>Writes one handler: operands, checks, the row's statements, result, flags, and the way on.</summary>
internal sealed class HandlerEmitter(CodeWriter writer, RowModel row, Variant variant)
{
    // Where the memory operand is on the host.
    private const string InHandler = "va + entry->Addend";

    private readonly string _value = SemanticText.Expand(row.Value, variant.Size);
    private readonly string _flagBits = variant.Flags == FlagVariant.None ? "" : SemanticText.Expand(row.FlagBits, variant.Size);
    private readonly int _memory = variant.Shape.MemoryOperand;
    private string _place = InHandler;

    private string LeftType => OperandSize.TypeOf(variant.Size.Left);

    /// <summary>INC and DEC without a live CF are an addition and a subtraction.</summary>
    private FlagRecord Record => (row.Flags.Record, variant.Flags) switch
    {
        (_, FlagVariant.None) => FlagRecord.None,
        (FlagRecord.Inc, FlagVariant.NoCarry) => FlagRecord.Add,
        (FlagRecord.Dec, FlagVariant.NoCarry) => FlagRecord.Sub,
        _ => row.Flags.Record,
    };

    private bool Writes => SemanticText.Uses(_value, "r") && !row.Has(Rules.NoWrite);

    private bool IsBranch => row.Has(Rules.Conditional) || row.Has(Rules.Jump) || row.Has(Rules.Indirect);

    /// <summary>
    /// Whether what is done with the operands is a method of its own, for all ways to compute the address. It is inlined: of a handler of more than 100 bytes
    /// of IL the JIT keeps a frame pointer, which costs three instructions.
    /// </summary>
    /// <remarks>Statements that leave the handler, or use what it has computed before, stay in it.</remarks>
    public bool SharesAccess =>
        ChecksAddress && !variant.Locked && !IsBranch && row.Condition is null
        && !SemanticText.Uses(_value, "return") && !SemanticText.Uses(_value, "va");

    /// <summary>The method behind <see cref="SharesAccess"/>.</summary>
    public void EmitAccess(string name)
    {
        _place = "memory";
        writer.Line($"/// <summary>{row.Operation.ToLowerInvariant()} {Describe("[memory]")}</summary>");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Line($"private static void {name}(Cpu* cpu, MicroOp* op, ulong memory)");
        writer.Open();
        Work();
        writer.Close();
        writer.Line();
        _place = InHandler;
    }

    /// <summary>A handler that goes on with the next micro-op, or ends the block as the row's statements say.</summary>
    /// <param name="name">The handler's name.</param>
    /// <param name="access">The method's, if it <see cref="SharesAccess"/>.</param>
    public void Emit(string name, string access)
    {
        Head(name, $"{row.Operation.ToLowerInvariant()} {Describe(Address())}");
        Begin();
        if (SharesAccess)
        {
            writer.Line($"{access}(cpu, op, {_place});");
        }
        else
        {
            Work();
        }

        if (!IsBranch)
        {
            writer.Line("op++;");
            writer.Line("op->Handler(cpu, op);");
        }

        End();
    }

    /// <summary>A handler that also does the conditional jump behind.</summary>
    public void EmitPair(string name, Condition condition, string expression)
    {
        Head(name, $"{row.Operation.ToLowerInvariant()} {Describe(Address())}; j{condition.Suffix}");
        Begin();
        Work();
        writer.Line($"if ({expression})");
        writer.Open();
        writer.Line("cpu->Link = op + 1;");
        writer.Line("return;");
        writer.Close();
        writer.Line();
        writer.Line("cpu->Link = op + 2;");
        End();
    }

    private void Head(string name, string summary)
    {
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Line("[MethodImpl(Handlers.Hot)]");
        writer.Line($"public static void {name}(Cpu* cpu, MicroOp* op)");
        writer.Open();
    }

    private void End()
    {
        if (ChecksAddress)
        {
            writer.Line("return;");
            writer.Close();
            writer.Line();
            writer.Line($"cpu->{Miss}(cpu, op, va);");
        }

        writer.Close();
        writer.Line();
    }

    private string Address() => variant.Addressing switch { Addressing.Base => "[base+disp]", Addressing.Index => "[base+index+disp]", _ => "[linear]" };

    private string Describe(string memory)
    {
        IEnumerable<string> operands = variant.Shape.Letters.Select((letter, i) => letter switch
        {
            'r' => $"r{(i == 0 ? variant.Size.Left : variant.Size.Right)}",
            'i' => "imm",
            'c' => "cl",
            'j' => "target",
            _ => memory,
        });
        string flags = row.Flags.Record == FlagRecord.None || variant.Flags == FlagVariant.All ? "" : variant.Flags == FlagVariant.None ? "; flags dead" : "; CF dead";
        return string.Join(", ", operands) + (variant.Locked ? "; locked" : "") + flags;
    }

    // Up to where the operands are at hand, or the handler has left.
    private void Begin()
    {
        if (Record == FlagRecord.Merge)
        {
            writer.Line("if (cpu->FlagKind != FlagKind.None)");
            FlagsMiss();
        }

        if (row.Condition is { } condition)
        {
            writer.Line($"if (!Conditions.Try{condition.Test}(cpu, out bool condition))");
            FlagsMiss();
        }

        if (_memory >= 0)
        {
            LookUp();
        }
    }

    private void Work()
    {
        string text = _value + ";" + _flagBits;
        if (variant.Locked)
        {
            LockedBody(text);
            return;
        }

        Operands(text);
        Statements(_value);
        WriteBack();
        Flags();
    }

    private void FlagsMiss()
    {
        writer.Open();
        writer.Line("cpu->FlagsMiss(cpu, op);");
        writer.Line("return;");
        writer.Close();
        writer.Line();
    }

    private bool ChecksAddress => _memory >= 0 && !row.Has(Rules.Address);

    private bool WritesMemory => _memory == 0 && Writes;

    /// <summary>The linear address, and the translation if there is one.</summary>
    /// <remarks>The hit comes first, so that the JIT lays it out without a taken jump.</remarks>
    private void LookUp()
    {
        int bytes = (_memory == 0 ? variant.Size.Left : variant.Size.Right) / 8;
        writer.Line(variant.Addressing switch
        {
            Addressing.Base => "ulong va = OperandAddress.Based(cpu, op);",
            Addressing.Index => "ulong va = OperandAddress.Indexed(cpu, op);",
            _ => "ulong va = cpu->EffectiveAddress;",
        });
        if (ChecksAddress)
        {
            writer.Line($"if (Tlb.Can{(WritesMemory ? "Write" : "Read")}(cpu, va, {bytes}, out TlbEntry* entry))");
            writer.Open();
        }
    }

    /// <summary>A device must be asked before a read-modify-write tells it, and not before a plain write.</summary>
    private string Miss =>
        !WritesMemory ? "ReadMiss" : variant.Locked || NeedsLeft(_value + ";" + _flagBits) ? "ModifyMiss" : "WriteMiss";

    private void Operands(string text)
    {
        if (NeedsLeft(text))
        {
            writer.Line($"{LeftType} a = {Load(0, variant.Size.Left)};");
        }

        RightOperands(text);
    }

    private void RightOperands(string text)
    {
        if (SemanticText.Uses(text, "b"))
        {
            writer.Line($"{OperandSize.TypeOf(variant.Size.Right)} b = {Load(1, variant.Size.Right)};");
        }

        if (SemanticText.Uses(text, "c"))
        {
            writer.Line($"{LeftType} c = {Load(2, variant.Size.Left)};");
        }

        if (SemanticText.Uses(text, "carry") || Record is FlagRecord.Inc or FlagRecord.Dec)
        {
            writer.Line("uint carry = LazyFlags.Carry(cpu);");
        }
    }

    private bool NeedsLeft(string text) =>
        SemanticText.Uses(text, "a") || Record is FlagRecord.Add or FlagRecord.Sub or FlagRecord.Adc or FlagRecord.Sbb;

    private string Load(int operand, int bits)
    {
        string type = OperandSize.TypeOf(bits);
        return variant.Shape.At(operand) switch
        {
            'r' => $"*({type}*)((byte*)cpu + op->{(operand == 0 ? "Destination" : "Source")})",
            'm' => $"*({type}*)({_place})",
            'c' => $"({type})*((byte*)cpu + Handlers.CountRegister)",
            _ => type == "ulong" ? "op->Immediate" : $"({type})op->Immediate",
        };
    }

    /// <summary>The first assignment to r or s declares it.</summary>
    private void Statements(string statements)
    {
        HashSet<string> declared = [];
        foreach (string statement in SemanticText.Split(statements))
        {
            string name = statement.StartsWith("r = ", StringComparison.Ordinal) ? "r" : statement.StartsWith("s = ", StringComparison.Ordinal) ? "s" : "";
            bool declares = name.Length > 0 && declared.Add(name);
            string type = name == "s" ? OperandSize.TypeOf(variant.Size.Right) : LeftType;
            string end = statement.EndsWith("}", StringComparison.Ordinal) ? "" : ";";
            writer.Line((declares ? type + " " : "") + WithCondition(statement) + end);
        }
    }

    private string WithCondition(string statement) =>
        row.Condition is { Negated: true } ? statement.Replace("condition", "!condition") : statement;

    private void WriteBack()
    {
        WriteSource();
        if (!Writes)
        {
            return;
        }

        if (_memory == 0)
        {
            writer.Line($"*({LeftType}*)({_place}) = r;");
        }
        else
        {
            writer.Line(StoreRegister("Destination", variant.Size.Left, "r"));
        }
    }

    private void WriteSource()
    {
        if (SemanticText.Uses(_value, "s"))
        {
            writer.Line(StoreRegister("Source", variant.Size.Right, "s"));
        }
    }

    /// <summary>32 bits clear the upper half; 8 and 16 leave the rest alone.</summary>
    private static string StoreRegister(string field, int bits, string value) =>
        $"*({(bits == 32 ? "ulong" : OperandSize.TypeOf(bits))}*)((byte*)cpu + op->{field}) = {value};";

    /// <summary>Computes again until nobody has written between load and store.</summary>
    private void LockedBody(string text)
    {
        writer.Line($"{LeftType}* place = ({LeftType}*)({_place});");
        RightOperands(text);
        writer.Line("while (true)");
        writer.Open();
        writer.Line($"{LeftType} a = Volatile.Read(ref *place);");
        Statements(_value);
        writer.Line("if (Atomic.CompareExchange(place, r, a) == a)");
        writer.Open();
        WriteSource();
        Flags();
        writer.Line("break;");
        writer.Close();
        writer.Close();
        writer.Line();
    }

    private void Flags()
    {
        if (Record == FlagRecord.None)
        {
            return;
        }

        // A count of zero leaves the flags alone. Immediate counts of zero have no handler with flags.
        bool guarded = variant.Shape.HasCount;
        if (guarded)
        {
            writer.Line("if (n != 0)");
            writer.Open();
        }

        Statements(_flagBits);
        foreach (string line in RecordLines())
        {
            writer.Line(line);
        }

        if (guarded)
        {
            writer.Close();
            writer.Line();
        }
    }

    private IEnumerable<string> RecordLines()
    {
        int sign = variant.Size.Left - 1;
        if (Record == FlagRecord.Custom)
        {
            yield break;
        }

        if (Record == FlagRecord.Merge)
        {
            yield return $"cpu->Rflags = (cpu->Rflags & ~0x{row.Flags.Written:X}ul) | f;";
            yield break;
        }

        yield return $"cpu->FlagResult = {Extend("r")};";
        switch (Record)
        {
            case FlagRecord.Add or FlagRecord.Sub:
                yield return $"cpu->FlagLeft = {Extend("a")};";
                break;
            case FlagRecord.Adc or FlagRecord.Sbb:
                yield return $"cpu->FlagLeft = {Extend("a")};";
                yield return $"cpu->FlagRight = {Extend("b")};";
                break;
            case FlagRecord.Inc or FlagRecord.Dec:
                yield return "cpu->FlagLeft = carry;";
                break;
            case FlagRecord.Bits:
                yield return "cpu->FlagLeft = f;";
                break;
        }

        yield return Record is FlagRecord.Logic or FlagRecord.Bits
            ? $"cpu->FlagKind = FlagKind.{Record};"
            : $"cpu->FlagKind = FlagKind.{Record} | {sign};";
    }

    private string Extend(string value) =>
        variant.Size.Left == 64 ? value : $"(ulong)({OperandSize.SignedTypeOf(variant.Size.Left)}){value}";
}
