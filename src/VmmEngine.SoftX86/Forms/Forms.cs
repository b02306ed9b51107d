using Iced.Intel;

namespace VmmEngine.SoftX86;

/// <summary>From decoded instructions to micro-ops, by the tables in <c>tables/x86</c>. Any thread; allocates nothing.</summary>
internal static unsafe class Forms
{
    /// <summary>An instruction becomes so many micro-ops at most.</summary>
    public const int MaximumOps = 4;

    /// <summary>What the translator must know of an instruction.</summary>
    /// <returns>False: no form covers it.</returns>
    public static bool TryDescribe(in Instruction instruction, in FormContext context, out FormInfo info)
    {
        FormQuery query = new(in instruction, context.Mode);
        info = default;
        if (!TryFind(in instruction, in query, out FormRow row)
            || (row.Kind == FormKind.Inline && FindInline(in instruction, in query, in row, FormAddressing.Linear, StatusFlags.All, out _) == null))
        {
            return false;
        }

        info.FlagsRead = row.Read;
        (info.FlagsWritten, info.FlagsKilled) = FlagEffect(in instruction, in row);
        info.Ending = row.Ending;
        info.MayFault = query.MemoryOperand >= 0 || row.Kind != FormKind.Inline || (row.Rules & FormRules.Fault) != 0;
        info.WritesMemory = MayWriteMemory(in query, in row);
        return true;
    }

    /// <summary>Writes the micro-ops of an instruction that <see cref="TryDescribe"/> knows: all fields but offset and count.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="context">Modes and the block's address.</param>
    /// <param name="liveFlags">Status flags, as bits of RFLAGS, that somebody may read behind it.</param>
    /// <param name="ops">Room for <see cref="MaximumOps"/>.</param>
    /// <returns>How many were written; 0 if no form covers the instruction.</returns>
    public static int Emit(in Instruction instruction, in FormContext context, uint liveFlags, MicroOp* ops)
    {
        FormQuery query = new(in instruction, context.Mode);
        if (!TryFind(in instruction, in query, out FormRow row))
        {
            return 0;
        }

        return row.Kind switch
        {
            FormKind.Inline => EmitInline(in instruction, in query, in row, in context, liveFlags, ops),
            FormKind.Helper => MethodForms.EmitHelper(in instruction, in query, in row, in context, ops),
            FormKind.Handler => MethodForms.EmitHandler(in instruction, in query, in row, in context, ops),
            _ => MethodForms.EmitFunction(in instruction, in query, in row, in context, ops),
        };
    }

    /// <summary>Writes one micro-op, perhaps behind an address micro-op, for an instruction and the conditional jump behind it.</summary>
    /// <remarks>
    /// The micro-op has the first one's length: only that one can exit. It always records flags: a block's end is a polling point, and an
    /// interrupt shows them.
    /// </remarks>
    /// <returns>How many were written; 0 if there is no such pair.</returns>
    public static int EmitFused(in Instruction first, in Instruction second, in FormContext context, MicroOp* ops)
    {
        if (second.ConditionCode == ConditionCode.None || !second.IsJccShortOrNear || first.HasLockPrefix)
        {
            return 0;
        }

        FormQuery query = new(in first, context.Mode);
        int condition = second.ConditionCode - ConditionCode.o;
        FormAddressing addressing = query.MemoryOperand < 0 ? FormAddressing.None : AddressPlan.Inline(in first, in context);
        uint variant = FormVariant.Pack(query.Shape(false), query.Sizes(false), addressing) | FormVariant.FlagsAll;
        delegate*<Cpu*, MicroOp*, void> handler = PairTable.Find(first.Mnemonic, variant, condition);
        if (handler == null && addressing is FormAddressing.Base or FormAddressing.Index)
        {
            addressing = FormAddressing.Linear;
            variant = FormVariant.Pack(query.Shape(false), query.Sizes(false), addressing) | FormVariant.FlagsAll;
            handler = PairTable.Find(first.Mnemonic, variant, condition);
        }

        if (handler == null)
        {
            return 0;
        }

        int count = EmitOperands(in first, in query, FormRules.None, in context, addressing, ops);
        MicroOp* op = ops + count - 1;
        op->Handler = handler;
        return count;
    }

    /// <summary>Finds the row of an instruction.</summary>
    public static bool TryFind(in Instruction instruction, in FormQuery query, out FormRow row) =>
        FormTable.TryFindByCode(instruction.Code, in query, out row) || FormTable.TryFindByMnemonic(instruction.Mnemonic, in query, out row);

    private static int EmitInline(
        in Instruction instruction, in FormQuery query, in FormRow row, in FormContext context, uint liveFlags, MicroOp* ops)
    {
        FormAddressing wanted = query.MemoryOperand < 0 ? FormAddressing.None
            : (row.Rules & FormRules.BitString) != 0 ? FormAddressing.Linear
            : AddressPlan.Inline(in instruction, in context);
        delegate*<Cpu*, MicroOp*, void> handler = FindInline(in instruction, in query, in row, wanted, liveFlags, out FormAddressing addressing);
        if (handler == null)
        {
            return 0;
        }

        int count = EmitOperands(in instruction, in query, row.Rules, in context, addressing, ops);
        ops[count - 1].Handler = handler;
        return count;
    }

    // The best handler there is: without flags if they are dead, with its own address if it can.
    private static delegate*<Cpu*, MicroOp*, void> FindInline(
        in Instruction instruction, in FormQuery query, in FormRow row, FormAddressing wanted, uint liveFlags, out FormAddressing addressing)
    {
        delegate*<uint, delegate*<Cpu*, MicroOp*, void>> find = (delegate*<uint, delegate*<Cpu*, MicroOp*, void>>)row.Method;
        bool inMemory = query.MemoryOperand == 0;
        bool count = (row.Rules & FormRules.Count) != 0;
        bool locked = instruction.HasLockPrefix || ((row.Rules & FormRules.AlwaysLocked) != 0 && inMemory);
        (uint written, _) = FlagEffect(in instruction, in row);
        uint needed = written & liveFlags;
        addressing = query.MemoryOperand < 0 ? FormAddressing.None : locked ? FormAddressing.Linear : wanted;
        while (true)
        {
            uint variant = FormVariant.Pack(query.Shape(count), query.Sizes(count), addressing) | (locked ? FormVariant.Locked : 0);
            delegate*<Cpu*, MicroOp*, void> handler = null;
            if (needed == 0)
            {
                handler = find(variant | FormVariant.FlagsNone);
            }

            if (handler == null && (liveFlags & StatusFlags.Carry) == 0)
            {
                handler = find(variant | FormVariant.FlagsNoCarry);
            }

            if (handler == null)
            {
                handler = find(variant | FormVariant.FlagsAll);
            }

            // What never records flags has no other variant.
            if (handler == null && row.Written == 0)
            {
                handler = find(variant | FormVariant.FlagsNone);
            }

            if (handler != null || addressing is FormAddressing.None or FormAddressing.Linear)
            {
                return handler;
            }

            addressing = FormAddressing.Linear;
        }
    }

    // An immediate count is known: zero touches no flags, any other surely does.
    private static (uint Written, uint Killed) FlagEffect(in Instruction instruction, in FormRow row)
    {
        int last = instruction.OpCount - 1;
        if ((row.Rules & FormRules.Count) == 0 || last < 1 || instruction.GetOpKind(last) != OpKind.Immediate8)
        {
            return (row.Written, row.Killed);
        }

        int bits = instruction.GetOpKind(0) == OpKind.Register ? instruction.GetOpRegister(0).GetSize() * 8 : instruction.MemorySize.GetSize() * 8;
        return (instruction.Immediate8 & (bits == 64 ? 63 : 31)) == 0 ? (0u, 0u) : (row.Written, row.Written);
    }

    private static bool MayWriteMemory(in FormQuery query, in FormRow row) => row.Kind switch
    {
        FormKind.Inline => query.MemoryOperand == 0 && (row.Rules & FormRules.WritesFirst) != 0,
        FormKind.Function => query.MemoryOperand == 0,
        _ => true,
    };

    /// <summary>Writes the operands of the main micro-op, which is the last one, and the address micro-op before it if it needs one.</summary>
    internal static int EmitOperands(
        in Instruction instruction, in FormQuery query, FormRules rules, in FormContext context, FormAddressing addressing, MicroOp* ops)
    {
        int count = 0;
        byte bytes = (byte)((query.MemoryOperand == 1 ? query.RightBits : query.LeftBits) / 8);
        if (addressing == FormAddressing.Linear)
        {
            ops[0] = default;
            if ((rules & FormRules.Address) != 0)
            {
                AddressPlan.EmitOffset(in instruction, in context, ops);
            }
            else
            {
                FormRules access = query.MemoryOperand == 0 ? rules : rules & ~FormRules.WritesFirst;
                FormRules bitString = query.MemoryOperand == 0 && instruction.GetOpKind(1) == OpKind.Register ? rules & FormRules.BitString : 0;
                AddressPlan.Emit(in instruction, in context, (access & ~FormRules.BitString) | bitString, bytes, ops);
            }

            count = 1;
        }

        MicroOp* op = ops + count;
        *op = default;
        op->Base = Registers.Zero;
        op->Index = Registers.Zero;
        op->Segment = SegmentIndex.Ss;
        if (query.MemoryOperand >= 0)
        {
            AddressPlan.Fill(in instruction, in context, op);
        }

        op->Size = bytes;
        op->Length = (byte)instruction.Length;
        OperandFields(in instruction, op);
        return count + 1;
    }

    /// <summary>Registers by position, immediates in order, a near branch as its distance.</summary>
    internal static void OperandFields(in Instruction instruction, MicroOp* op)
    {
        bool hasImmediate = false;
        for (int i = 0; i < instruction.OpCount; i++)
        {
            switch (instruction.GetOpKind(i))
            {
                case OpKind.Register:
                    ushort place = Registers.Place(instruction.GetOpRegister(i));
                    switch (i)
                    {
                        case 0:
                            op->Destination = place;
                            break;
                        case 1:
                            op->Source = place;
                            break;
                        default:
                            op->Extra = (ushort)(place / 8);
                            break;
                    }

                    break;

                case OpKind.NearBranch16 or OpKind.NearBranch32 or OpKind.NearBranch64:
                    op->Immediate = instruction.NearBranchTarget - instruction.NextIP;
                    break;

                case OpKind.FarBranch16:
                    op->Immediate = instruction.FarBranch16;
                    op->Extra = instruction.FarBranchSelector;
                    break;

                case OpKind.FarBranch32:
                    op->Immediate = instruction.FarBranch32;
                    op->Extra = instruction.FarBranchSelector;
                    break;

                case OpKind.Immediate8 or OpKind.Immediate8_2nd or OpKind.Immediate16 or OpKind.Immediate32 or OpKind.Immediate64
                    or OpKind.Immediate8to16 or OpKind.Immediate8to32 or OpKind.Immediate8to64 or OpKind.Immediate32to64:
                    if (hasImmediate)
                    {
                        op->Extra = (ushort)instruction.GetImmediate(i);
                    }
                    else
                    {
                        op->Immediate = instruction.GetImmediate(i);
                        hasImmediate = true;
                    }

                    break;
            }
        }

        op->Flags = (instruction.HasLockPrefix ? OpFlags.Lock : 0)
            | (instruction.HasRepPrefix ? OpFlags.Rep : 0)
            | (instruction.HasRepnePrefix ? OpFlags.Repne : 0);
    }
}
