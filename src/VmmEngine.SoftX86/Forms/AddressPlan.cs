using Iced.Intel;

namespace VmmEngine.SoftX86;

/// <summary>How a memory operand's address is computed.</summary>
internal static unsafe class AddressPlan
{
    /// <summary>Bytes of an instruction's addresses: of its memory operand, or of the pointers it implies.</summary>
    public static byte AddressSize(in Instruction instruction, CpuMode mode)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            switch (instruction.GetOpKind(i))
            {
                case OpKind.MemorySegSI or OpKind.MemorySegDI or OpKind.MemoryESDI:
                    return 2;
                case OpKind.MemorySegESI or OpKind.MemorySegEDI or OpKind.MemoryESEDI:
                    return 4;
                case OpKind.MemorySegRSI or OpKind.MemorySegRDI or OpKind.MemoryESRDI:
                    return 8;
                case OpKind.Memory:
                    return Explicit(in instruction);
            }
        }

        return mode switch
        {
            CpuMode.Long64 => 8,
            CpuMode.Protected32 or CpuMode.Compatibility32 => 4,
            _ => 2,
        };
    }

    /// <summary>Which address forms a handler can compute by itself.</summary>
    public static FormAddressing Inline(in Instruction instruction, in FormContext context)
    {
        bool plain = context.Mode == CpuMode.Long64 && Explicit(in instruction) == 8 && instruction.MemorySegment is not (Register.FS or Register.GS)
            && FitsDisplacement(in instruction, in context);
        return !plain ? FormAddressing.Linear : instruction.MemoryIndex == Register.None ? FormAddressing.Base : FormAddressing.Index;
    }

    /// <summary>Fills a micro-op's address fields.</summary>
    public static void Fill(in Instruction instruction, in FormContext context, MicroOp* op)
    {
        ulong displacement = Displacement(in instruction, in context);
        op->Base = Registers.AddressPlace(instruction.MemoryBase);
        op->Index = Registers.AddressPlace(instruction.MemoryIndex);
        op->Scale = (byte)System.Numerics.BitOperations.Log2((uint)instruction.MemoryIndexScale);
        op->Displacement = (int)displacement;
        op->Segment = (byte)instruction.MemorySegment.GetNumber();
        op->AddressSize = Explicit(in instruction);
    }

    /// <summary>Writes the address micro-op of a memory operand.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="context">Modes.</param>
    /// <param name="rules">What the row says of the operand.</param>
    /// <param name="bytes">Size of the access.</param>
    /// <param name="op">The micro-op.</param>
    public static void Emit(in Instruction instruction, in FormContext context, FormRules rules, byte bytes, MicroOp* op)
    {
        Fill(in instruction, in context, op);
        Access access = (rules & (FormRules.Write | FormRules.WritesFirst)) != 0 ? Access.Write : Access.Read;
        op->Size = bytes;
        op->Length = (byte)instruction.Length;
        op->Extra = (ushort)access;
        if ((rules & FormRules.BitString) != 0)
        {
            op->Source = Registers.Place(instruction.GetOpRegister(1));
            op->Handler = &AddressOps.BitString;
        }
        else if (!FitsDisplacement(in instruction, in context))
        {
            op->Immediate = Displacement(in instruction, in context);
            op->Handler = &AddressOps.Absolute;
        }
        else if ((rules & FormRules.Address) != 0 && context.Mode != CpuMode.Long64)
        {
            op->Handler = &UncheckedAddress.Based;
        }
        else
        {
            // The code segment is read through with an override, and its base is its own: firmware's is 0xF0000 beside flat data.
            bool flat = context.FlatData && op->Segment < SegmentIndex.Fs && (op->Segment != SegmentIndex.Cs || context.Mode == CpuMode.Long64);
            op->Handler = AddressOps.Select(context.Mode, op->Segment, op->AddressSize, flat, access);
        }
    }

    /// <summary>Writes the address micro-op of LEA, which knows no segments.</summary>
    public static void EmitOffset(in Instruction instruction, in FormContext context, MicroOp* op)
    {
        Fill(in instruction, in context, op);
        op->Length = (byte)instruction.Length;
        op->Handler = op->AddressSize switch
        {
            8 => &AddressOps.Flat,
            4 => &AddressOps.Flat32,
            _ => &AddressOps.Flat16,
        };
    }

    // Relative to the block's first instruction if relative to RIP: that is what the base register then holds.
    private static ulong Displacement(in Instruction instruction, in FormContext context) =>
        instruction.IsIPRelativeMemoryOperand ? instruction.IPRelativeMemoryAddress - context.BlockRip : instruction.MemoryDisplacement64;

    // Shorter addresses are cut to their size after the sum, so that their displacement's extension does not matter.
    private static bool FitsDisplacement(in Instruction instruction, in FormContext context)
    {
        if (Explicit(in instruction) != 8)
        {
            return true;
        }

        long displacement = (long)Displacement(in instruction, in context);
        return displacement == (int)displacement;
    }

    private static byte Explicit(in Instruction instruction)
    {
        Register register = instruction.MemoryBase != Register.None ? instruction.MemoryBase : instruction.MemoryIndex;
        return register switch
        {
            Register.RIP => 8,
            Register.EIP => 4,
            Register.None => (byte)instruction.MemoryDisplSize,
            _ => (byte)register.GetSize(),
        };
    }
}
