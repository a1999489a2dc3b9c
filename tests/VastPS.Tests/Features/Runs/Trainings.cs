namespace VastPS.Tests.Features.Runs;

/// <summary>Trainings in POSIX shell and awk that really learn, or really go wrong.</summary>
internal static class Trainings
{
    /// <summary>Fits a line to noisy points by gradient descent; a rate above 3 diverges. One step takes 10 ms and more.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="format">How a step is printed: step, loss and gradient norm, for printf.</param>
    public static string Line(string rate = "0.2", string format = "step %d loss %.6g grad_norm %.4g") => $$"""
        awk 'BEGIN {
          srand(7); w = 0; b = 0
          for (s = 1; s <= 400; s++) {
            l = gw = gb = 0
            for (i = 0; i < 16; i++) {
              x = rand() * 2 - 1; e = w * x + b - (2 * x + 1) + (rand() - 0.5) * 0.1
              l += e * e / 16; gw += 2 * e * x / 16; gb += 2 * e / 16
            }
            w -= {{rate}} * gw; b -= {{rate}} * gb
            printf "{{format}}\n", s, l, sqrt(gw * gw + gb * gb); fflush(); system("sleep 0.01")
          }
        }'
        """;

    /// <summary>Learns by trial which of two arms pays, and prints the mean reward; without pay there is nothing to learn.</summary>
    /// <param name="pay">What the better arm pays.</param>
    public static string Bandit(string pay = "1") => $$"""
        awk 'BEGIN {
          srand(7); p = 0.5
          for (s = 1; s <= 400; s++) {
            r = 0
            for (i = 0; i < 8; i++) { if (rand() < p) { r += {{pay}} / 8; p += 0.01 * {{pay}} * (1 - p) } }
            printf "{'\''loss'\'': 0.0, '\''reward'\'': %.4f, '\''kl'\'': %.4f}\n", r, (p - 0.5) ^ 2; fflush(); system("sleep 0.01")
          }
        }'
        """;

    /// <summary>Prints steps with a loss, one each 10 ms, then goes on with what is given.</summary>
    public static string Steps(int count, string loss, string then) =>
        $"i=0; while [ $i -lt {count} ]; do i=$((i+1)); echo \"step $i loss {loss}\"; sleep 0.01; done; {then}";
}
