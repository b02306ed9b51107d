namespace VmmEngine.SoftX86;

/// <summary>
/// FNSTENV, FLDENV, FNSAVE, FRSTOR: seven fields of 2 or 4 bytes, by operand size, and for the latter two the registers in stack order. Protected mode
/// stores addresses as selector and offset, real and virtual-8086 mode as linear addresses (SDM volume 1, 8.1.10).
/// </summary>
internal static unsafe class FpuEnvironment
{
    private const int Fields = 7, RegisterBytes = 10, MostBytes = (4 * Fields) + (8 * RegisterBytes);

    public static Step Fnstenv14(Cpu* cpu, MicroOp* op) => Store(cpu, 2, false);

    public static Step Fnstenv28(Cpu* cpu, MicroOp* op) => Store(cpu, 4, false);

    public static Step Fldenv14(Cpu* cpu, MicroOp* op) => Load(cpu, 2, false);

    public static Step Fldenv28(Cpu* cpu, MicroOp* op) => Load(cpu, 4, false);

    public static Step Fnsave94(Cpu* cpu, MicroOp* op) => Store(cpu, 2, true);

    public static Step Fnsave108(Cpu* cpu, MicroOp* op) => Store(cpu, 4, true);

    public static Step Frstor94(Cpu* cpu, MicroOp* op) => Load(cpu, 2, true);

    public static Step Frstor108(Cpu* cpu, MicroOp* op) => Load(cpu, 4, true);

    private static Step Store(Cpu* cpu, int width, bool registers)
    {
        if (!FpuControl.MayUse(cpu, false))
        {
            return Step.Fault;
        }

        byte* image = stackalloc byte[MostBytes];
        WriteFields(cpu, image, width);
        int length = width * Fields;
        for (int i = 0; registers && i < 8; i++, length += RegisterBytes)
        {
            ulong* register = cpu->Fpu.Registers + (2 * FpuStack.Physical(cpu, i));
            *(ulong*)(image + length) = register[0];
            *(ushort*)(image + length + 8) = (ushort)register[1];
        }

        if (!LinearMemory.TryWriteBytes(cpu, cpu->EffectiveAddress, image, length, Access.Write))
        {
            return Step.Fault;
        }

        if (registers)
        {
            FpuControl.Initialize(cpu);
        }
        else
        {
            FpuControl.LoadControl(cpu, (ushort)(cpu->Fpu.Control | FpuStatus.Exceptions));
        }

        return Step.Next;
    }

    private static Step Load(Cpu* cpu, int width, bool registers)
    {
        if (!FpuControl.MayUse(cpu, true))
        {
            return Step.Fault;
        }

        byte* image = stackalloc byte[MostBytes];
        int length = width * Fields;
        if (!LinearMemory.TryReadBytes(cpu, cpu->EffectiveAddress, image, length + (registers ? 8 * RegisterBytes : 0), Access.Read))
        {
            return Step.Fault;
        }

        ReadFields(cpu, image, width);
        int tags = cpu->Fpu.Tags;
        for (int i = 0; registers && i < 8; i++, length += RegisterBytes)
        {
            FpuStack.WriteRaw(cpu, i, *(ushort*)(image + length + 8), *(ulong*)(image + length));
        }

        cpu->Fpu.Tags = (ushort)tags;
        return Step.Next;
    }

    private static void WriteFields(Cpu* cpu, byte* image, int width)
    {
        uint instruction = (uint)cpu->Fpu.InstructionPointer, data = (uint)cpu->Fpu.DataPointer, opcode = cpu->Fpu.Opcode & 0x7FFu;
        uint high = ~0u << 16;
        uint* fields = stackalloc uint[Fields] { cpu->Fpu.Control | high, cpu->Fpu.Status | high, FullTags(cpu) | high, instruction, opcode << 16, data, high };
        if (IsLinear(cpu))
        {
            fields[3] = instruction & 0xFFFF;
            fields[4] = ((instruction >> 16) << 12) | opcode;
            fields[5] = data & 0xFFFF;
            fields[6] = (data >> 16) << 12;
        }
        else if (width == 2)
        {
            fields[4] = 0;
        }

        for (int i = 0; i < Fields; i++)
        {
            if (width == 2)
            {
                ((ushort*)image)[i] = (ushort)fields[i];
            }
            else
            {
                ((uint*)image)[i] = fields[i];
            }
        }
    }

    private static void ReadFields(Cpu* cpu, byte* image, int width)
    {
        uint* fields = stackalloc uint[Fields];
        for (int i = 0; i < Fields; i++)
        {
            fields[i] = width == 2 ? ((ushort*)image)[i] : ((uint*)image)[i];
        }

        ref FpuState fpu = ref cpu->Fpu;
        fpu.Status = (ushort)fields[1];
        fpu.Tags = 0;
        for (int i = 0; i < 8; i++)
        {
            fpu.Tags |= (ushort)(((fields[2] >> (2 * i)) & 3) != 3 ? 1 << i : 0);
        }

        if (IsLinear(cpu))
        {
            fpu.Opcode = (ushort)(fields[4] & 0x7FF);
            fpu.InstructionPointer = (fields[3] & 0xFFFF) | ((fields[4] >> 12) << 16);
            fpu.DataPointer = (fields[5] & 0xFFFF) | ((fields[6] >> 12) << 16);
        }
        else
        {
            fpu.Opcode = (ushort)((fields[4] >> 16) & 0x7FF);
            fpu.InstructionPointer = fields[3];
            fpu.DataPointer = fields[5];
        }

        FpuControl.LoadControl(cpu, (ushort)fields[0]);
    }

    /// <summary>Two bits a physical register: valid, zero, special, empty.</summary>
    private static ushort FullTags(Cpu* cpu)
    {
        int tags = 0;
        for (int i = 0; i < 8; i++)
        {
            FloatNumber value = FloatEncoding.FromExtended((ushort)cpu->Fpu.Registers[(2 * i) + 1], cpu->Fpu.Registers[2 * i]);
            int tag = (cpu->Fpu.Tags & (1 << i)) == 0 ? 3
                : value.Kind == FloatKind.Zero ? 1
                : value.Kind != FloatKind.Finite || value.Denormal ? 2
                : 0;
            tags |= tag << (2 * i);
        }

        return (ushort)tags;
    }

    private static bool IsLinear(Cpu* cpu) => cpu->Mode is CpuMode.Real or CpuMode.Virtual8086;
}
