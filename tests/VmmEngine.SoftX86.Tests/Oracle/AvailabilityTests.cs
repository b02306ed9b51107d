namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>When SSE, MMX and x87 instructions raise an exception instead of executing, and which.</summary>
public unsafe class AvailabilityTests
{
    private const ulong Usable = Cr0Bits.ProtectionEnable, Sse = Cr4Bits.FxsaveSupport | Cr4Bits.SimdExceptions;
    private const ushort PendingZeroDivide = FpuStatus.ErrorSummary | FpuStatus.Busy | 4;

    private static readonly byte[] s_paddbXmm = [0x66, 0x0F, 0xFC, 0xC1], s_paddbMm = [0x0F, 0xFC, 0xC1], s_fadd = [0xD8, 0xC1];

    [Theory]
    [InlineData(Usable, Sse, null)]
    [InlineData(Usable | Cr0Bits.TaskSwitched, Sse, Vectors.DeviceNotAvailable)]
    [InlineData(Usable | Cr0Bits.Emulation, Sse, Vectors.InvalidOpcode)]
    [InlineData(Usable, 0ul, Vectors.InvalidOpcode)]
    [InlineData(Usable | Cr0Bits.TaskSwitched, 0ul, Vectors.InvalidOpcode)]
    public void SseObeysControlRegisters(ulong cr0, ulong cr4, byte? vector) => Expect(vector, s_paddbXmm, cr0, cr4);

    [Theory]
    [InlineData(Usable, 0, null)]
    [InlineData(Usable | Cr0Bits.TaskSwitched, 0, Vectors.DeviceNotAvailable)]
    [InlineData(Usable | Cr0Bits.Emulation, 0, Vectors.InvalidOpcode)]
    [InlineData(Usable, PendingZeroDivide, Vectors.FloatingPoint)]
    public void MmxObeysControlRegistersAndPendingErrors(ulong cr0, int status, byte? vector) => Expect(vector, s_paddbMm, cr0, 0, (ushort)status);

    [Theory]
    [InlineData(Usable, 0, null)]
    [InlineData(Usable | Cr0Bits.TaskSwitched, 0, Vectors.DeviceNotAvailable)]
    [InlineData(Usable | Cr0Bits.Emulation, 0, Vectors.DeviceNotAvailable)]
    [InlineData(Usable, PendingZeroDivide, Vectors.FloatingPoint)]
    public void X87ObeysControlRegistersAndPendingErrors(ulong cr0, int status, byte? vector) => Expect(vector, s_fadd, cr0, 0, (ushort)status);

    /// <summary>MOVAPS at an odd address, MOVUPS there.</summary>
    [Fact]
    public void AlignedMovesFaultAtOtherAddresses()
    {
        Expect(Vectors.GeneralProtection, [0x0F, 0x28, 0x48, 0x01], Usable, Sse);
        Expect(null, [0x0F, 0x10, 0x48, 0x01], Usable, Sse);
        Expect(Vectors.GeneralProtection, [0x0F, 0x29, 0x48, 0x08], Usable, Sse);
    }

    /// <summary>DIVSS 0/0 with everything unmasked: the destination keeps its value, MXCSR says why.</summary>
    [Fact]
    public void AnUnmaskedSseErrorWritesNoResult()
    {
        byte[] divss = [0xF3, 0x0F, 0x5E, 0xC1];
        Expect(Vectors.SimdFloatingPoint, divss, Usable, Sse, mxcsr: 0);
        Expect(Vectors.InvalidOpcode, divss, Usable, Cr4Bits.FxsaveSupport, mxcsr: 0);
        Expect(null, divss, Usable, Sse, mxcsr: Mxcsr.Reset);
    }

    /// <summary>x87: the error waits, and the stack keeps its value.</summary>
    [Fact]
    public void AnUnmaskedX87ErrorWaitsForTheNextInstruction()
    {
        using RowRunner rows = new("fpu.ops");
        MachineState state = default;
        state.Fx.Control = 0x37F & ~4;
        state.Fx.Valid = 0xFF;
        state.Fx.Stack[0] = new UInt128(0x3FFF, FloatNumber.IntegerBit);
        UInt128 before = state.Fx.Stack[0];

        // FDIV ST(0), ST(1): 1 / 0.
        Assert.Null(rows.Run([0xD8, 0xF1], ref state, new byte[GuestData.Length]));
        Assert.Equal(PendingZeroDivide, state.Fx.Status);
        Assert.Equal(before, state.Fx.Stack[0]);
        Assert.Equal($"{Step.Fault}, vector {Vectors.FloatingPoint}", rows.Run([0xD8, 0xC1], ref state, new byte[GuestData.Length]));
    }

    private static void Expect(byte? vector, byte[] instruction, ulong cr0, ulong cr4, ushort status = 0, uint mxcsr = Mxcsr.Reset)
    {
        using RowRunner rows = new("simd.ops", "fpu.ops") { Cr0 = cr0, Cr4 = cr4 };
        MachineState state = default;
        state.General[0] = GuestData.Address + 64;
        state.Fx.Control = FpuControl.Initial & ~4;
        state.Fx.Status = status;
        state.Fx.Mxcsr = mxcsr;
        string? stopped = rows.Run(instruction, ref state, new byte[GuestData.Length]);
        Assert.Equal(vector is null ? null : $"{Step.Fault}, vector {vector}", stopped);
    }
}
