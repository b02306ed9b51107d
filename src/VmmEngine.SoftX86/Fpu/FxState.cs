namespace VmmEngine.SoftX86;

/// <summary>FXSAVE and FXRSTOR: 512 bytes at a multiple of 16, of which 64-bit mode uses 416 and the others 288 (SDM volume 1, 10.5.1).</summary>
internal static unsafe class FxState
{
    /// <summary>XMM registers that 64-bit mode has.</summary>
    public const int AllRegisters = 16;

    private const int StackOffset = 32, XmmOffset = 160, ImageLength = 512;

    public static Step Fxsave(Cpu* cpu, MicroOp* op) => Save(cpu, false);

    /// <summary>With REX.W: instruction and data pointers have 64 bits.</summary>
    public static Step Fxsave64(Cpu* cpu, MicroOp* op) => Save(cpu, true);

    public static Step Fxrstor(Cpu* cpu, MicroOp* op) => Restore(cpu, false);

    public static Step Fxrstor64(Cpu* cpu, MicroOp* op) => Restore(cpu, true);

    private static int Length(Cpu* cpu) => XmmOffset + (16 * XmmCount(cpu));

    private static int XmmCount(Cpu* cpu) => cpu->Mode == CpuMode.Long64 ? AllRegisters : 8;

    private static bool TryBegin(Cpu* cpu)
    {
        if (!FpuControl.MayUse(cpu, false))
        {
            return false;
        }

        if ((cpu->EffectiveAddress & 15) != 0)
        {
            _ = Faults.Protection(cpu);
            return false;
        }

        return true;
    }

    private static Step Save(Cpu* cpu, bool wide)
    {
        if (!TryBegin(cpu))
        {
            return Step.Fault;
        }

        byte* image = stackalloc byte[ImageLength];
        Store(cpu, image, wide, XmmCount(cpu));
        return LinearMemory.TryWriteBytes(cpu, cpu->EffectiveAddress, image, Length(cpu), Access.Write) ? Step.Next : Step.Fault;
    }

    /// <summary>Writes the image of an instruction.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="image">512 bytes.</param>
    /// <param name="wide">Whether pointers have 64 bits.</param>
    /// <param name="registers">How many XMM registers are written.</param>
    public static void Store(Cpu* cpu, byte* image, bool wide, int registers)
    {
        new Span<byte>(image, ImageLength).Clear();
        ref FpuState fpu = ref cpu->Fpu;
        ((ushort*)image)[0] = fpu.Control;
        ((ushort*)image)[1] = fpu.Status;
        ((ushort*)image)[2] = fpu.Tags;
        ((ushort*)image)[3] = fpu.Opcode;
        ((ulong*)image)[1] = wide ? fpu.InstructionPointer : (uint)fpu.InstructionPointer;
        ((ulong*)image)[2] = wide ? fpu.DataPointer : (uint)fpu.DataPointer;
        ((uint*)image)[6] = cpu->Mxcsr;
        ((uint*)image)[7] = Mxcsr.Mask;
        for (int i = 0; i < 8; i++)
        {
            ulong* register = cpu->Fpu.Registers + (2 * FpuStack.Physical(cpu, i));
            *(ulong*)(image + StackOffset + (16 * i)) = register[0];
            *(ushort*)(image + StackOffset + (16 * i) + 8) = (ushort)register[1];
        }

        new ReadOnlySpan<byte>(cpu->Xmm, 16 * registers).CopyTo(new Span<byte>(image + XmmOffset, 256));
    }

    private static Step Restore(Cpu* cpu, bool wide)
    {
        if (!TryBegin(cpu))
        {
            return Step.Fault;
        }

        byte* image = stackalloc byte[ImageLength];
        if (!LinearMemory.TryReadBytes(cpu, cpu->EffectiveAddress, image, Length(cpu), Access.Read))
        {
            return Step.Fault;
        }

        return TryLoad(cpu, image, wide, XmmCount(cpu)) ? Step.Next : Faults.Protection(cpu);
    }

    /// <summary>Loads such an image, or nothing at all.</summary>
    /// <returns>False if MXCSR has bits that do not exist.</returns>
    public static bool TryLoad(Cpu* cpu, byte* image, bool wide, int registers)
    {
        uint mxcsr = ((uint*)image)[6];
        if ((mxcsr & ~Mxcsr.Mask) != 0)
        {
            return false;
        }

        ref FpuState fpu = ref cpu->Fpu;
        fpu.Status = ((ushort*)image)[1];
        fpu.Opcode = ((ushort*)image)[3];
        fpu.InstructionPointer = wide ? ((ulong*)image)[1] : ((uint*)image)[2];
        fpu.DataPointer = wide ? ((ulong*)image)[2] : ((uint*)image)[4];
        for (int i = 0; i < 8; i++)
        {
            FpuStack.WriteRaw(cpu, i, *(ushort*)(image + StackOffset + (16 * i) + 8), *(ulong*)(image + StackOffset + (16 * i)));
        }

        fpu.Tags = image[4];
        FpuControl.LoadControl(cpu, ((ushort*)image)[0]);
        cpu->Mxcsr = mxcsr;
        new ReadOnlySpan<byte>(image + XmmOffset, 16 * registers).CopyTo(new Span<byte>(cpu->Xmm, 256));
        return true;
    }
}
