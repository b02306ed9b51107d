using Iced.Intel;

namespace VmmEngine.SoftX86;

/// <summary>Micro-ops of rows that name a method.</summary>
internal static unsafe class MethodForms
{
    /// <summary>The address, if there is a memory operand, and a call.</summary>
    public static int EmitHelper(in Instruction instruction, in FormQuery query, in FormRow row, in FormContext context, MicroOp* ops)
    {
        int count = EmitCommon(in instruction, in query, in row, in context, ops);
        MicroOp* op = ops + count - 1;
        op->Target = (ulong)row.Method;
        op->Handler = (row.Rules & FormRules.Cpl0) != 0 ? &HelperOps.CallPrivileged : &HelperOps.Call;
        return count;
    }

    /// <summary>The address, if there is a memory operand, and the row's handler.</summary>
    public static int EmitHandler(in Instruction instruction, in FormQuery query, in FormRow row, in FormContext context, MicroOp* ops)
    {
        int count = EmitCommon(in instruction, in query, in row, in context, ops);
        ops[count - 1].Handler = (delegate*<Cpu*, MicroOp*, void>)row.Method;
        return count;
    }

    /// <summary>The address, if there is a memory operand, and the handler of the row's class, which calls its function.</summary>
    public static int EmitFunction(in Instruction instruction, in FormQuery query, in FormRow row, in FormContext context, MicroOp* ops)
    {
        int count = EmitCommon(in instruction, in query, in row, in context, ops);
        MicroOp* op = ops + count - 1;
        op->Target = (ulong)row.Method;
        op->Flags |= (row.Rules & FormRules.Aligned) != 0 ? OpFlags.Aligned : 0;
        bool store = query.MemoryOperand == 0 && (instruction.OpCount > 1 || (row.Rules & FormRules.Store) != 0);
        op->Flags |= store && (row.Rules & FormRules.X87) != 0 ? OpFlags.MayKeepBack : 0;
        op->Handler = FunctionClass(row.Rules, query.MemoryOperand < 0 ? 0 : store ? 2 : 1);
        return count;
    }

    private static int EmitCommon(in Instruction instruction, in FormQuery query, in FormRow row, in FormContext context, MicroOp* ops)
    {
        int count = 0;
        byte memoryBytes = (byte)Math.Min(instruction.MemorySize.GetSize(), byte.MaxValue);
        if (query.MemoryOperand >= 0)
        {
            ops[0] = default;
            AddressPlan.Emit(in instruction, in context, row.Rules | StoredOperand(in query, in row), memoryBytes, ops);
            count = 1;
        }

        MicroOp* op = ops + count;
        *op = default;
        op->Base = Registers.Zero;
        op->Index = Registers.Zero;
        op->Segment = (byte)(ImpliedSegment(in instruction) is Register.None ? SegmentIndex.Ss : ImpliedSegment(in instruction).GetNumber());
        if (query.MemoryOperand >= 0)
        {
            AddressPlan.Fill(in instruction, in context, op);
        }

        op->Length = (byte)instruction.Length;
        op->AddressSize = AddressPlan.AddressSize(in instruction, context.Mode);
        op->Size = row.Bytes != 0 ? row.Bytes : memoryBytes != 0 ? memoryBytes : (byte)(query.LeftBits / 8);
        Forms.OperandFields(in instruction, op);
        op->Flags |= query.MemoryOperand >= 0 ? OpFlags.Memory : 0;
        return count + 1;
    }

    private static FormRules StoredOperand(in FormQuery query, in FormRow row) =>
        row.Kind == FormKind.Function && query.MemoryOperand == 0 && (row.Rules & FormRules.Store) != 0 ? FormRules.Write : 0;

    // The source segment of a string instruction, which a prefix may change.
    private static Register ImpliedSegment(in Instruction instruction)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) is OpKind.MemorySegSI or OpKind.MemorySegESI or OpKind.MemorySegRSI
                or OpKind.MemorySegDI or OpKind.MemorySegEDI or OpKind.MemorySegRDI)
            {
                return instruction.MemorySegment;
            }
        }

        return Register.None;
    }

    // 0: registers only, 1: memory is read, 2: memory is written.
    private static delegate*<Cpu*, MicroOp*, void> FunctionClass(FormRules rules, int use) => (rules & FormRules.Sse) != 0
        ? use switch { 0 => &SseHandlers.Register, 1 => &SseHandlers.Load, _ => &SseHandlers.Store }
        : (rules & FormRules.Mmx) != 0
            ? use switch { 0 => &MmxHandlers.Register, 1 => &MmxHandlers.Load, _ => &MmxHandlers.Store }
            : use switch { 0 => &FpuHandlers.Register, 1 => &FpuHandlers.Load, _ => &FpuHandlers.Store };
}
